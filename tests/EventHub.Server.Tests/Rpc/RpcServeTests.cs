using System.Collections.Concurrent;
using System.Text.Json;
using EventHub.Delivery.Destinations.Rpc;
using EventHub.Hosting;
using EventHub.Server.Tests.EndToEnd;
using EventHub.Server.Tests.Http;
using EventHub.Storage.Conformance.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.Server.Tests.Rpc;

public sealed class RpcServeTests
{
    [Fact]
    public async Task A_client_that_serves_a_destination_handles_its_events_byte_for_byte()
    {
        await using var hub = await HubHost.StartAsync();
        await using var client = await RawRpcClient.ConnectAsync(hub);
        var handled = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.Handle = item =>
        {
            handled.TrySetResult(item);
            return Task.FromResult<string?>("\"complete\"");
        };
        await client.InvokeAsync("Serve", "\"billing\"");
        await SubscribeAsync(hub, "billing");
        const string Payload = """{"b":1.0,"a":9007199254740993,"c":"🎉"}""";
        await client.InvokeAsync("Emit", $$"""{"type":"order.paid","payload":{{Payload}}}""");
        var item = await handled.Task.WaitAsync(TimeSpan.FromSeconds(120), HubHost.Token);
        Assert.Contains($"\"payload\":{Payload},", item, StringComparison.Ordinal);
        var dispatch = (await EndedAsync(hub, 1))[0];
        Assert.Equal(("complete", 1), (dispatch.Text("status"), dispatch.GetProperty("attempt_count").GetInt32()));
        var told = JsonElement.Parse(item).GetProperty("dispatch");
        Assert.Equal(
            (dispatch.Text("id"), 1, "billing", dispatch.Text("subscription_id")),
            (told.Text("id"), told.GetProperty("attempt").GetInt32(), told.Text("destination"), told.Text("subscription_id")));
    }

    [Theory]
    [InlineData("\"complete\"", "complete", null)]
    [InlineData("\"ignored\"", "ignored", null)]
    [InlineData("\"failed\"", "failed", "the client answered failed")]
    [InlineData("\"Complete\"", "failed", "the client answered \"Complete\", which is not complete, ignored or failed")]
    [InlineData("true", "failed", "the client answered true, which is not complete, ignored or failed")]
    [InlineData("null", "failed", "the client answered null, which is not complete, ignored or failed")]
    [InlineData("throw", "failed", "it broke")]
    public async Task Every_answer_means_what_the_contract_says(string answer, string status, string? error)
    {
        await using var hub = await HubHost.StartAsync();
        await using var client = await RawRpcClient.ConnectAsync(hub);
        client.Handle = _ => answer == "throw" ? throw new InvalidOperationException("it broke") : Task.FromResult<string?>(answer);
        await client.InvokeAsync("Serve", "\"x\"");
        await SubscribeAsync(hub, "x", limit: 0);
        await client.InvokeAsync("Emit", """{"type":"a","payload":1}""");
        var dispatch = (await EndedAsync(hub, 1))[0];
        Assert.Equal((status, error), (dispatch.Text("status"), dispatch.Text("last_error")));
    }

    [Fact]
    public async Task An_answer_that_does_not_come_in_time_is_a_failed_attempt()
    {
        var time = new FakeTimeProvider();
        await using var hub = await HubHost.StartAsync(
            new HubOptions { StaleTimeout = TimeSpan.FromHours(1) }, services: services => services.AddSingleton<TimeProvider>(time));
        await using var client = await RawRpcClient.ConnectAsync(hub);
        var calls = 0;
        client.Handle = _ => Task.FromResult(Interlocked.Increment(ref calls) == 1 ? null : "\"complete\"");
        await client.InvokeAsync("Serve", "\"x\"");
        await SubscribeAsync(hub, "x", timeout: 60_000);
        await client.InvokeAsync("Emit", """{"type":"a","payload":1}""");
        await Eventually.IsTrueAsync(() => Task.FromResult(Volatile.Read(ref calls) == 1));
        time.Advance(TimeSpan.FromSeconds(60));
        await Eventually.IsTrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(10)); // up to the retry
            return Task.FromResult(Volatile.Read(ref calls) == 2);
        });
        var dispatch = (await EndedAsync(hub, 1))[0];
        Assert.Equal(("complete", 2), (dispatch.Text("status"), dispatch.GetProperty("attempt_count").GetInt32()));
        var attempts = (await hub.GetAsync($"/dispatches/{dispatch.Text("id")}")).Json.GetProperty("attempts");
        Assert.Equal(("timeout", "no whole answer within 60000 ms"), (attempts[0].Text("result"), attempts[0].Text("error")));
    }

    [Fact]
    public async Task A_connection_lost_in_the_middle_is_a_failed_attempt_and_another_client_goes_on()
    {
        await using var hub = await HubHost.StartAsync();
        await using var first = await RawRpcClient.ConnectAsync(hub);
        await using var second = await RawRpcClient.ConnectAsync(hub);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        first.Handle = _ =>
        {
            begun.SetResult();
            return Task.FromResult<string?>(null);
        };
        await first.InvokeAsync("Serve", "\"x\"");
        await SubscribeAsync(hub, "x");
        await second.InvokeAsync("Emit", """{"type":"a","payload":1}""");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(120), HubHost.Token);
        await second.InvokeAsync("Serve", "\"x\"");
        await first.AbortAsync();
        var dispatch = (await EndedAsync(hub, 1))[0];
        Assert.Equal(("complete", 2), (dispatch.Text("status"), dispatch.GetProperty("attempt_count").GetInt32()));
        var attempts = (await hub.GetAsync($"/dispatches/{dispatch.Text("id")}")).Json.GetProperty("attempts");
        Assert.Equal(("network_error", "the connection to the client was lost before it answered"), (attempts[0].Text("result"), attempts[0].Text("error")));
    }

    [Fact]
    public async Task At_most_once_a_connection_lost_in_the_middle_is_not_tried_again()
    {
        await using var hub = await HubHost.StartAsync();
        await using var first = await RawRpcClient.ConnectAsync(hub);
        await using var second = await RawRpcClient.ConnectAsync(hub);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        first.Handle = _ =>
        {
            begun.SetResult();
            return Task.FromResult<string?>(null);
        };
        var handled = 0;
        second.Handle = _ => Task.FromResult<string?>(Interlocked.Increment(ref handled) > 0 ? "\"complete\"" : null);
        await first.InvokeAsync("Serve", "\"x\"");
        await SubscribeAsync(hub, "x", guarantee: "at_most_once");
        await second.InvokeAsync("Emit", """{"type":"a","payload":1}""");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(120), HubHost.Token);
        await second.InvokeAsync("Serve", "\"x\"");
        await first.AbortAsync();
        var dispatch = (await EndedAsync(hub, 1))[0];
        Assert.Equal(("failed", 1, 0), (dispatch.Text("status"), dispatch.GetProperty("attempt_count").GetInt32(), handled));
    }

    [Fact]
    public async Task Clients_of_one_destination_share_the_work()
    {
        await using var hub = await HubHost.StartAsync();
        var counts = new ConcurrentDictionary<int, int>();
        var clients = new List<RawRpcClient>();
        // None answers before all events are handed out: a client that is kept from answering gets less.
        var (handed, release) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        for (var i = 0; i < 3; i++)
        {
            var number = i;
            var client = await RawRpcClient.ConnectAsync(hub);
            client.Handle = async _ =>
            {
                counts.AddOrUpdate(number, 1, static (_, count) => count + 1);
                if (Interlocked.Increment(ref handed) == 300) release.SetResult();
                await release.Task;
                return "\"complete\"";
            };
            await client.InvokeAsync("Serve", "\"x\"");
            clients.Add(client);
        }

        await SubscribeAsync(hub, "x", concurrency: 300);
        await clients[0].InvokeAsync("PublishEvents", $"[{string.Join(',', Enumerable.Repeat("""{"type":"a","payload":1}""", 300))}]");
        await EndedAsync(hub, 300);
        Assert.Equal([100, 100, 100], counts.Values);
        foreach (var client in clients) await client.DisposeAsync();
    }

    [Fact]
    public async Task A_client_that_is_busy_gets_less()
    {
        await using var hub = await HubHost.StartAsync();
        await using var busy = await RawRpcClient.ConnectAsync(hub);
        await using var idle = await RawRpcClient.ConnectAsync(hub);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (taken, handled) = (0, 0);
        busy.Handle = async _ =>
        {
            Interlocked.Increment(ref taken);
            await release.Task;
            return "\"complete\"";
        };
        idle.Handle = _ =>
        {
            if (Interlocked.Increment(ref handled) == 100) release.TrySetResult();
            return Task.FromResult<string?>("\"complete\"");
        };
        await busy.InvokeAsync("Serve", "\"x\"");
        await idle.InvokeAsync("Serve", "\"x\"");
        await SubscribeAsync(hub, "x", concurrency: 4);
        await idle.InvokeAsync("PublishEvents", $"[{string.Join(',', Enumerable.Repeat("""{"type":"a","payload":1}""", 110))}]");
        await EndedAsync(hub, 110);
        // With four at a time the busy one never has more than two or three of them until the idle one is through with its hundred.
        Assert.InRange(taken, 1, 10);
    }

    [Fact]
    public async Task A_destination_no_client_ever_served_is_misconfigured_at_once()
    {
        await using var hub = await HubHost.StartAsync();
        await SubscribeAsync(hub, "nobody");
        await hub.PostAsync("/events", """{"type":"a","payload":1}""");
        var dispatch = (await EndedAsync(hub, 1))[0];
        Assert.Equal(
            ("misconfigured", 1, "no client has ever called Serve(\"nobody\")"),
            (dispatch.Text("status"), dispatch.GetProperty("attempt_count").GetInt32(), dispatch.Text("last_error")));
    }

    [Fact]
    public async Task A_client_that_comes_back_soon_gets_what_came_meanwhile_in_the_same_attempt()
    {
        await using var hub = await HubHost.StartAsync();
        await using (var first = await RawRpcClient.ConnectAsync(hub)) await first.InvokeAsync("Serve", "\"x\"");
        await Eventually.IsTrueAsync(() => Task.FromResult(!hub.Services.GetRequiredService<RpcHandlers>().Has("x")));
        // Made when the client is gone again: the hub has seen it all the same.
        await SubscribeAsync(hub, "x");
        await hub.PostAsync("/events", """{"type":"a","payload":1}""");
        await Eventually.IsTrueAsync(async () => (await hub.GetAsync("/dispatches?status=ongoing")).Json.GetProperty("dispatches").GetArrayLength() == 1);
        await using var second = await RawRpcClient.ConnectAsync(hub);
        await second.InvokeAsync("Serve", "\"x\"");
        var dispatch = (await EndedAsync(hub, 1))[0];
        Assert.Equal(("complete", 1), (dispatch.Text("status"), dispatch.GetProperty("attempt_count").GetInt32()));
    }

    [Fact]
    public async Task While_no_client_is_there_attempts_fail_and_are_tried_again()
    {
        await using var hub = await HubHost.StartAsync();
        // A hundred retries of half a second: as long as a busy machine may take to have a client again.
        await SubscribeAsync(hub, "x", timeout: 1000);
        await using (var first = await RawRpcClient.ConnectAsync(hub)) await first.InvokeAsync("Serve", "\"x\"");
        await hub.PostAsync("/events", """{"type":"a","payload":1}""");
        await Eventually.HasAsync(
            async () => (await hub.GetAsync("/dispatches?status=ongoing")).Body,
            static body => body.Contains("\"last_error\":\"no client that serves 'x' was connected within 500 ms\"", StringComparison.Ordinal));
        await using var second = await RawRpcClient.ConnectAsync(hub);
        await second.InvokeAsync("Serve", "\"x\"");
        Assert.Equal("complete", (await EndedAsync(hub, 1))[0].Text("status"));
    }

    [Fact]
    public async Task A_connection_serves_a_bounded_number_of_destinations()
    {
        await using var hub = await HubHost.StartAsync();
        await using var client = await RawRpcClient.ConnectAsync(hub);
        for (var i = 0; i < 100; i++) await client.InvokeAsync("Serve", $"\"d{i}\"");
        await client.InvokeAsync("Serve", "\"d7\"");
        Assert.Contains("TOO_MANY_DESTINATIONS: this connection serves 100", await client.ErrorAsync("Serve", "\"one more\""), StringComparison.Ordinal);
    }

    private static async Task SubscribeAsync(
        HubHost hub, string name, int limit = 100, int timeout = 120_000, int concurrency = 64, string guarantee = "at_least_once")
    {
        var answer = await hub.PostAsync(
            "/subscriptions",
            $$"""
            {"delivery":{"guarantee":"{{guarantee}}","timeout_ms":{{timeout}},"concurrency":{{concurrency}},"retry":{"limit":{{limit}},"constant_seconds":0.01} },
             "destination":{"type":"rpc","name":"{{name}}"},"events":["*"]}
            """);
        Assert.True(answer.Status == 201, answer.Body);
        Assert.Equal($$"""{"type":"rpc","name":"{{name}}"}""", answer.Json.GetProperty("destination").GetRawText());
        Assert.Equal(name, answer.Text("name"));
    }

    /// <summary>All dispatches, once this many have ended.</summary>
    private static Task<List<JsonElement>> EndedAsync(HubHost hub, int count) => Eventually.HasAsync(
        async () => (await hub.GetAsync("/dispatches?limit=1000")).Json.GetProperty("dispatches").EnumerateArray().Where(d => d.Text("status") != "ongoing").ToList(),
        ended => ended.Count == count);
}
