using EventHub.Client.Tests.Support;
using EventHub.Client.Webhooks;
using EventHub.Storage.Conformance.Support;
using Microsoft.AspNetCore.Http;

namespace EventHub.Client.Tests.Publishing;

/// <summary>When and how often a request is tried again; the hub's place is taken by answers of the test's own, time by a fake.</summary>
public sealed class RetryTests
{
    private const string Stored = """{"accepted":1,"events":[{"event_id":"01990000-0000-7000-8000-000000000001","sequence":1,"duplicate":false}]}""";

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Retry_After_is_honoured(int status)
    {
        var time = new FakeTimeProvider();
        await using var proxy = await HubProxy.StartAsync(null);
        proxy.Instead = context => Answer(context, proxy.Requests == 1 ? status : 202, proxy.Requests == 1 ? "7" : null, Stored);
        await using var client = Client(proxy, time);
        var publish = client.PublishAsync("t", "1", Token);
        var wait = await NextWaitAsync(time, publish);
        Assert.InRange(wait.TotalSeconds, 7, 7.2);
        time.Advance(wait);
        Assert.Equal(1, (await publish).Sequence);
        Assert.Equal(2, proxy.Requests);
    }

    [Fact]
    public async Task Waits_double_up_to_a_cap_and_end_after_the_retry_timeout()
    {
        var time = new FakeTimeProvider();
        await using var proxy = await HubProxy.StartAsync(null);
        await using var client = Client(proxy, time);
        var publish = client.PublishAsync("t", "1", Token);
        var waits = new List<TimeSpan>();
        while (true)
        {
            var wait = await NextWaitAsync(time, publish);
            if (publish.IsCompleted) break;
            waits.Add(wait);
            time.Advance(wait);
        }

        await Assert.ThrowsAsync<EventHubUnreachableException>(() => publish);
        Assert.All(waits.Index(), wait =>
        {
            var full = Math.Min(100 * Math.Pow(2, wait.Index), 5000);
            Assert.InRange(wait.Item.TotalMilliseconds, full / 2, full);
        });
        Assert.InRange(waits.Sum(w => w.TotalSeconds), 20, 30);
        Assert.Equal(waits.Count + 1, proxy.Requests);
    }

    [Fact]
    public async Task A_wait_beyond_the_retry_timeout_is_left_to_the_caller()
    {
        await using var proxy = await HubProxy.StartAsync(null);
        proxy.Instead = context => Answer(context, 503, "3600", """{"title":"Overloaded","code":"QUEUE_FULL","detail":"too much"}""");
        await using var client = Client(proxy, TimeProvider.System);
        var failure = await Assert.ThrowsAsync<EventHubException>(() => client.PublishAsync("t", "1", Token));
        Assert.Equal((503, "QUEUE_FULL", TimeSpan.FromHours(1)), ((int)failure.Status!, failure.Code, failure.RetryAfter));
        Assert.Contains("too much", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, proxy.Requests);
    }

    [Fact]
    public async Task What_could_happen_twice_is_not_asked_twice()
    {
        await using var proxy = await HubProxy.StartAsync(null);
        await using var client = Client(proxy, TimeProvider.System);
        await Assert.ThrowsAsync<EventHubUnreachableException>(() => client.Webhooks.CreateAsync(new NewWebhook { Url = "http://x/", Events = ["*"] }, Token));
        await Assert.ThrowsAsync<EventHubUnreachableException>(() => client.DeadLetters.RedriveAsync("d", Token));
        Assert.Equal(2, proxy.Requests);
    }

    [Fact]
    public async Task What_no_hub_answers_is_said_to_be_that()
    {
        await using var proxy = await HubProxy.StartAsync(null);
        proxy.Instead = context => Answer(context, 200, null, "<html>");
        await using var client = Client(proxy, TimeProvider.System);
        var failure = await Assert.ThrowsAsync<EventHubException>(() => client.Webhooks.ListAsync(Token));
        Assert.Contains("is " + proxy.Url + "/ one?", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_a_cancelled_publish_is_not_sent()
    {
        await using var proxy = await HubProxy.StartAsync(null);
        var (arrived, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var bodies = new List<string>();
        proxy.Instead = async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            bodies.Add(await reader.ReadToEndAsync(Token));
            arrived.TrySetResult();
            await release.Task;
            return await Answer(context, 202, null, Stored);
        };
        await using var client = new EventHubClient(new EventHubClientOptions { Url = new Uri(proxy.Url), MaxQueuedEvents = 2 });
        var first = client.PublishAsync("t", "1", Token);
        await arrived.Task;
        using var cancel = new CancellationTokenSource();
        var cancelled = client.PublishAsync("t", "2", cancel.Token);
        var third = client.PublishAsync("t", "3", Token);
        var full = await Assert.ThrowsAsync<EventHubException>(() => client.PublishAsync("t", "4", Token));
        Assert.Equal("CLIENT_QUEUE_FULL", full.Code);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        release.SetResult();
        await Task.WhenAll(first, third);
        Assert.DoesNotContain(bodies, b => b.Contains("\"payload\":2", StringComparison.Ordinal));
        Assert.Equal(2, bodies.Count);
    }

    [Fact]
    public async Task Disposing_publishes_what_waits_and_then_takes_no_more()
    {
        await using var hub = await Hub.StartAsync();
        var client = new EventHubClient(hub.Proxy.Url);
        var publishes = Enumerable.Range(0, 2500).Select(i => client.PublishAsync("t", $"{i}", Token)).ToList();
        await client.DisposeAsync();
        Assert.Equal(2500, (await Task.WhenAll(publishes))[^1].Sequence);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.PublishAsync("t", "1", Token));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static EventHubClient Client(HubProxy proxy, TimeProvider time) => new(new EventHubClientOptions { Url = new Uri(proxy.Url), TimeProvider = time });

    private static async Task<bool> Answer(HttpContext context, int status, string? retryAfter, string body)
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body, Token);
        return true;
    }

    // Besides the wait there may be the deadline of an attempt under way, 30 s: a wait is what is due sooner.
    private static async Task<TimeSpan> NextWaitAsync(FakeTimeProvider time, Task until)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!until.IsCompleted)
        {
            if (time.NextDueIn is { } due && due < TimeSpan.FromSeconds(29)) return due;
            await pace.WaitForNextTickAsync(Token);
        }

        return TimeSpan.Zero;
    }
}
