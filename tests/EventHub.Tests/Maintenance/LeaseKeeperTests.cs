using EventHub.Delivery.Destinations;
using EventHub.Hosting;
using EventHub.Storage;
using EventHub.Storage.Conformance.Support;
using EventHub.Storage.Memory;

namespace EventHub.Tests.Maintenance;

public sealed class LeaseKeeperTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Attempts_end_before_leases_run_out_that_cannot_be_renewed_and_are_made_again_once_they_can()
    {
        var store = new GatedStore(new MemoryStore(_clock, new Random(1)));
        await using var hub = await TestHub.StartAsync(new HubOptions { StaleTimeout = TimeSpan.FromSeconds(60) }, _clock, store);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.Destination.Answer = async (request, cancelled) =>
        {
            // Only the first attempt of the first event hangs.
            if (request.Event.Sequence > 1 || ended.Task.IsCompleted) return new AttemptOutcome(AttemptKind.Complete);
            var started = _clock.GetTimestamp();
            await using (cancelled.Register(() => ended.TrySetResult(_clock.GetElapsedTime(started))))
            {
                begun.SetResult();
                await ended.Task;
            }

            cancelled.ThrowIfCancellationRequested();
            return new AttemptOutcome(AttemptKind.Complete);
        };
        await hub.SubscribeAsync("s", "*");
        var published = await hub.PublishAsync("a");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        // The runner that has ended another meanwhile has written down that this one is in flight.
        await hub.DispatchAsync(await hub.PublishAsync("b"), DispatchStatus.Complete);

        // 1 the store is away: what is in flight is ended by a tenth of the time before somebody else may begin
        store.BeforeAcquire = static () => throw new StorageException(StorageFailure.Unavailable, "away");
        for (var second = 0; second < 60; second++) _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(await ended.Task.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(54));
        var (_, text) = Assert.Single(hub.Log.Lines, static line => line.Id == 29);
        Assert.Contains("1 attempts in flight are ended", text, StringComparison.Ordinal);
        Assert.Equal([1, 2], hub.Destination.Requests.Select(static request => request.Event.Sequence));

        // 2 it is back
        store.BeforeAcquire = null;
        await Eventually.IsTrueAsync(() => hub.Destination.Requests.Count == 3, _clock);
        var dispatch = await hub.DispatchAsync(published, DispatchStatus.Complete);
        Assert.Equal([dispatch.Id, dispatch.Id], hub.Destination.Requests.Where(static request => request.Event.Sequence == 1).Select(static request => request.DispatchId));
    }
}
