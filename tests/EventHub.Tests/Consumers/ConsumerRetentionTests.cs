using EventHub.Consumers;
using EventHub.Hosting;
using EventHub.Log;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Tests.Consumers;

public sealed class ConsumerRetentionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_consumer_has_not_acknowledged_stays()
    {
        var time = new FakeTimeProvider();
        await using var hub = await StartAsync(time, isHard: false);
        Assert.Equal(ConsumerResult.Done, (await hub.Pipeline.Consumers.AckAsync("c", null, 3, Cancellation)).Result);
        Assert.Equal(3, await TrimmedAsync(hub, time));
        var owed = await hub.Pipeline.Consumers.PollAsync("c", new ConsumerPoll(), Cancellation);
        Assert.Equal((3, 7, null), (owed.Consumer!.Record.Cursor, owed.Events.Count, owed.Reset));
    }

    [Fact]
    public async Task Hard_retention_does_not_wait_and_the_client_is_told()
    {
        var time = new FakeTimeProvider();
        await using var hub = await StartAsync(time, isHard: true);
        Assert.Equal(10, await TrimmedAsync(hub, time));
        var page = await hub.Pipeline.Consumers.PollAsync("c", new ConsumerPoll { Wait = TimeSpan.FromHours(1) }, Cancellation);
        Assert.Equal((10, 0, StreamReset.Trimmed), (page.Consumer!.Record.Cursor, page.Events.Count, page.Reset));
    }

    private static async Task<TestHub> StartAsync(FakeTimeProvider time, bool isHard)
    {
        var options = new HubOptions { Roles = HubRoles.Api | HubRoles.Maintain, Retention = TimeSpan.FromMinutes(1), RetentionInterval = TimeSpan.FromSeconds(10), RetentionHard = isHard };
        var hub = await TestHub.StartAsync(options, time);
        for (var i = 0; i < 10; i++) await hub.PublishAsync("a", "1");
        await hub.Pipeline.Consumers.SaveAsync("c", ["*"], "beginning", Cancellation);
        return hub;
    }

    /// <summary>Lets time pass until retention has removed something.</summary>
    private static async Task<long> TrimmedAsync(TestHub hub, FakeTimeProvider time)
    {
        while (true)
        {
            Cancellation.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
            var trimmed = (await hub.Store.Log.GetStateAsync(Cancellation)).Trimmed;
            if (trimmed > 0) return trimmed;
        }
    }
}
