using EventHub.Delivery.Destinations;
using EventHub.Delivery.Destinations.Webhook;

namespace EventHub.Tests.Delivery.Destinations.Webhook;

public sealed class WebhookConnectionLimitTests
{
    [Fact]
    public async Task Attempts_beyond_the_limit_wait_for_a_connection()
    {
        using var came = new SemaphoreSlim(0);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = await Receiver.StartAsync(async _ =>
        {
            came.Release();
            await release.Task;
        });
        using var client = Webhooks.Client(Webhooks.Loopback with { MaxConnections = 2 });
        var sends = Enumerable.Range(0, 5).Select(_ => client.SendAsync(Webhooks.Request(receiver.Url), TestContext.Current.CancellationToken).AsTask()).ToList();
        for (var i = 0; i < 2; i++) Assert.True(await came.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken));
        Assert.False(await came.WaitAsync(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken));

        release.SetResult();
        Assert.All(await Task.WhenAll(sends), outcome => Assert.Equal(AttemptKind.Complete, outcome.Kind));
        Assert.InRange(receiver.Requests.Select(r => r.ConnectionId).Distinct().Count(), 1, 2);
    }

    [Fact]
    public async Task A_connection_that_fails_or_is_closed_makes_room_for_the_next()
    {
        await using var receiver = await Receiver.AnsweringAsync(200, "", ("Connection", "close"));
        using var client = Webhooks.Client(Webhooks.Loopback with { MaxConnections = 1 });
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(AttemptKind.NetworkError, (await client.SendAsync(Webhooks.Request("http://127.0.0.1:1/"), TestContext.Current.CancellationToken)).Kind);
            Assert.Equal(AttemptKind.Complete, (await client.SendAsync(Webhooks.Request(receiver.Url), TestContext.Current.CancellationToken)).Kind);
        }
    }
}
