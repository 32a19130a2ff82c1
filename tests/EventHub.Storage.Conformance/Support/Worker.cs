using Xunit;

namespace EventHub.Storage.Conformance.Support;

/// <summary>Delivers for one partition of a subscription under a lease.</summary>
public sealed class Worker(IHubStore store, Lease lease)
{
    /// <summary>Its lease.</summary>
    public Lease Lease => lease;

    /// <summary>Its subscription.</summary>
    public int Subscription => lease.SubscriptionKey;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A dispatch of its subscription.</summary>
    public DispatchKey Key(long sequence, int generation = 0) => new(sequence, Subscription, generation);

    /// <summary>Its partition's state.</summary>
    public async Task<WorkerState> LoadAsync()
    {
        var state = await store.Dispatches.LoadStateAsync(Subscription, lease.Partition, Cancel);
        var ended = new List<DispatchKey>();
        foreach (var track in state.Tracks)
        {
            foreach (var sequence in await store.Dispatches.ReadEndedAsync(Subscription, track.Generation, track.Floor, int.MaxValue, Cancel)) ended.Add(Key(sequence, track.Generation));
        }

        return new WorkerState(state.Tracks, state.Exceptions, ended);
    }

    /// <summary>A settlement under its lease.</summary>
    public Settlement Settlement(
        IReadOnlyList<DispatchResult>? results = null, IReadOnlyList<ExceptionRecord>? exceptions = null, IReadOnlyList<TrackFloor>? floors = null,
        IReadOnlyList<AttemptRecord>? attempts = null) => new()
        {
            SubscriptionKey = Subscription, Partition = lease.Partition, LeaseToken = lease.Token,
            Results = results ?? [], Exceptions = exceptions ?? [], Floors = floors ?? [], Attempts = attempts ?? [],
        };

    /// <summary>Settles; says whether it was taken.</summary>
    public async Task<bool> TrySettleAsync(
        IReadOnlyList<DispatchResult>? results = null, IReadOnlyList<ExceptionRecord>? exceptions = null, IReadOnlyList<TrackFloor>? floors = null,
        IReadOnlyList<AttemptRecord>? attempts = null) =>
        await store.Dispatches.SettleAsync(Settlement(results, exceptions, floors, attempts), Cancel);

    /// <summary>Settles.</summary>
    public async Task SettleAsync(
        IReadOnlyList<DispatchResult>? results = null, IReadOnlyList<ExceptionRecord>? exceptions = null, IReadOnlyList<TrackFloor>? floors = null,
        IReadOnlyList<AttemptRecord>? attempts = null) => Assert.True(await TrySettleAsync(results, exceptions, floors, attempts));

    /// <summary>Moves the main track's floor.</summary>
    public Task MoveFloorAsync(long floor) => SettleAsync(floors: [new TrackFloor(0, floor, IsDone: false)]);

    /// <summary>Ends these events' first dispatches well.</summary>
    public Task CompleteAsync(params long[] sequences) => SettleAsync([.. sequences.Select(sequence => Make.Result(Key(sequence)))]);

    /// <summary>Ends these events' first dispatches as dead letters.</summary>
    public Task FailAsync(params long[] sequences) => SettleAsync([.. sequences.Select(sequence => Make.DeadLetter(Key(sequence)))]);

    /// <summary>Holds these events' first dispatches as exceptions.</summary>
    public Task HoldAsync(params long[] sequences) => SettleAsync(exceptions: [.. sequences.Select(sequence => Make.Exception(Key(sequence)))]);

    /// <summary>Settling this is refused as breaking a rule.</summary>
    public async Task AssertRefusedAsync(Settlement settlement)
    {
        var refused = await Assert.ThrowsAsync<StorageException>(async () => await store.Dispatches.SettleAsync(settlement, Cancel));
        Assert.Equal(StorageFailure.Refused, refused.Failure);
    }
}
