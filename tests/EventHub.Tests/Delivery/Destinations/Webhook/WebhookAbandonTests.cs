using System.Net;
using EventHub.Delivery.Destinations;

namespace EventHub.Tests.Delivery.Destinations.Webhook;

public sealed class WebhookAbandonTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_may_not_be_sent_any_more_never_reaches_the_receiver()
    {
        await using var receiver = await Receiver.AnsweringAsync(200);
        var request = Webhooks.Request(receiver.Url);
        await Assert.ThrowsAsync<AttemptAbandonedException>(() => Webhooks.SendAsync(request with { MayStillSend = static () => false }));
        Assert.Empty(receiver.Requests);
        Assert.Equal(AttemptKind.Complete, (await Webhooks.SendAsync(request)).Kind);
        _ = receiver.Single;
    }

    [Fact]
    public async Task It_is_asked_after_all_that_may_take_long()
    {
        await using var receiver = await Receiver.AnsweringAsync(200);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isMine = true;
        using var client = Webhooks.Client(lookup: async _ =>
        {
            await gate.Task;
            return [IPAddress.Loopback];
        });
        var request = Webhooks.Request($"http://slow.example:{receiver.Port}/hook") with { MayStillSend = () => Volatile.Read(ref isMine) };
        var sending = client.SendAsync(request, Token).AsTask();
        Volatile.Write(ref isMine, false);
        gate.SetResult();
        await Assert.ThrowsAsync<AttemptAbandonedException>(() => sending);
        Assert.Empty(receiver.Requests);
    }
}
