using EventHub.Events;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Simulation;

/// <summary>
/// What a node sees of the shared store: every call takes a while and may fail, before it took effect or after. The store behind it is the
/// memory store; a node killed in the middle of a call does not learn what became of it.
/// </summary>
internal sealed class SimStore(SimWorld world, SimNode node) : IHubStore, IEventLog, IDispatchStore, IJournalStore
{
    private readonly IHubStore _inner = world.Disk;

    public string Name => "simulated";

    public Durability Durability => Durability.None;

    public bool IsPersistent => true;

    public IEventLog Log => this;

    public IDispatchStore Dispatches => this;

    public IJournalStore Journal => this;

    public async ValueTask OpenAsync(ICommitObserver observer, CancellationToken cancellationToken)
    {
        await world.HopAsync(node.Time);
        world.Observers[node.Number] = observer;
    }

    /// <summary>The node is gone: nobody there to be told of commits.</summary>
    public void Forget() => world.Observers.Remove(node.Number);

    public ValueTask DisposeAsync()
    {
        Forget();
        return default;
    }

    public ValueTask PingAsync(CancellationToken cancellationToken) => default;

    public ValueTask<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken) => _inner.CheckAsync(cancellationToken);

    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken) =>
        WriteAsync("append", () => _inner.Log.AppendAsync(request, cancellationToken));

    public ValueTask<EventPage> ReadAsync(long after, int maxCount, long maxBytes, IReadOnlyList<TypePattern>? types, CancellationToken cancellationToken) =>
        ReadAsync(() => _inner.Log.ReadAsync(after, maxCount, maxBytes, types, cancellationToken));

    public ValueTask<Event?> FindAsync(Guid id, CancellationToken cancellationToken) => ReadAsync(() => _inner.Log.FindAsync(id, cancellationToken));

    public ValueTask<IReadOnlyList<Event>> GetAsync(IReadOnlyList<long> sequences, CancellationToken cancellationToken) =>
        ReadAsync(() => _inner.Log.GetAsync(sequences, cancellationToken));

    public ValueTask<IReadOnlyList<Event>> QueryAsync(EventQuery query, CancellationToken cancellationToken) =>
        ReadAsync(() => _inner.Log.QueryAsync(query, cancellationToken));

    public ValueTask<long> FindSequenceBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken) =>
        ReadAsync(() => _inner.Log.FindSequenceBeforeAsync(time, cancellationToken));

    public ValueTask<LogState> GetStateAsync(CancellationToken cancellationToken) => ReadAsync(() => _inner.Log.GetStateAsync(cancellationToken));

    public ValueTask<long> TrimAsync(long upTo, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync("trim", () => _inner.Log.TrimAsync(upTo, now, cancellationToken));

    public ValueTask<SubscriptionVersion?> SaveSubscriptionAsync(SubscriptionChange change, CancellationToken cancellationToken) =>
        WriteAsync("save subscription", () => _inner.Dispatches.SaveSubscriptionAsync(change, cancellationToken));

    public ValueTask<IReadOnlyList<SubscriptionVersion>> LoadSubscriptionsAsync(CancellationToken cancellationToken) =>
        ReadAsync(() => _inner.Dispatches.LoadSubscriptionsAsync(cancellationToken));

    public ValueTask<IReadOnlyList<Lease>> AcquireLeasesAsync(string owner, TimeSpan duration, int limit, CancellationToken cancellationToken) =>
        WriteAsync("lease", () => _inner.Dispatches.AcquireLeasesAsync(owner, duration, limit, cancellationToken));

    public async ValueTask ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        await world.HopAsync(node.Time);
        await _inner.Dispatches.ReleaseLeaseAsync(lease, cancellationToken);
    }

    public ValueTask<DispatchState> LoadStateAsync(int subscriptionKey, CancellationToken cancellationToken) =>
        ReadAsync(() => _inner.Dispatches.LoadStateAsync(subscriptionKey, cancellationToken));

    public ValueTask<bool> SettleAsync(Settlement settlement, CancellationToken cancellationToken) =>
        WriteAsync("settle", async () =>
        {
            var isHeld = await _inner.Dispatches.SettleAsync(settlement, cancellationToken);
            if (isHeld) await world.Checker.SettledAsync(settlement);
            return isHeld;
        });

    public ValueTask<IReadOnlyList<DispatchRecord>> QueryAsync(DispatchQuery query, CancellationToken cancellationToken) =>
        ReadAsync(() => _inner.Journal.QueryAsync(query, cancellationToken));

    public ValueTask<IReadOnlyList<AttemptRecord>> GetAttemptsAsync(DispatchKey key, CancellationToken cancellationToken) =>
        ReadAsync(() => _inner.Journal.GetAttemptsAsync(key, cancellationToken));

    public ValueTask<IReadOnlyList<DispatchKey>> RequeueAsync(RequeueRequest request, CancellationToken cancellationToken) =>
        WriteAsync("requeue", () => _inner.Journal.RequeueAsync(request, cancellationToken));

    public ValueTask<IReadOnlyList<ExceptionRecord>> ReadRequeuedAsync(int subscriptionKey, int afterGeneration, long afterSequence, int limit, CancellationToken cancellationToken) =>
        ReadAsync(() => _inner.Journal.ReadRequeuedAsync(subscriptionKey, afterGeneration, afterSequence, limit, cancellationToken));

    public ValueTask<Track?> AddTrackAsync(int subscriptionKey, long floor, long until, CancellationToken cancellationToken) =>
        WriteAsync("add track", () => _inner.Journal.AddTrackAsync(subscriptionKey, floor, until, cancellationToken));

    public ValueTask<int> DismissDeadLettersAsync(IReadOnlyList<DispatchKey> keys, CancellationToken cancellationToken) =>
        WriteAsync("dismiss", () => _inner.Journal.DismissDeadLettersAsync(keys, cancellationToken));

    public ValueTask<IReadOnlyList<SubscriptionCounts>> GetCountsAsync(CancellationToken cancellationToken) =>
        ReadAsync(() => _inner.Journal.GetCountsAsync(cancellationToken));

    private async ValueTask<T> ReadAsync<T>(Func<ValueTask<T>> call)
    {
        await world.HopAsync(node.Time);
        if (world.Faults.Chance(world.ReadFailure)) throw new StorageException(StorageFailure.Unavailable, "simulated: the read failed");
        var result = await call();
        await world.HopAsync(node.Time);
        return result;
    }

    private async ValueTask<T> WriteAsync<T>(string what, Func<ValueTask<T>> call)
    {
        await world.HopAsync(node.Time);
        if (world.Faults.Chance(world.WriteFailure))
        {
            world.Trace($"{node.Context}: {what} fails before it takes effect");
            throw new StorageException(StorageFailure.Unavailable, "simulated: the write failed, nothing was kept");
        }

        var result = await call();
        await world.HopAsync(node.Time);
        if (world.Faults.Chance(world.UnknownWrite))
        {
            world.Trace($"{node.Context}: {what} fails after it took effect");
            throw new StorageException(StorageFailure.CommitFailed, "simulated: the commit's outcome is not known");
        }

        return result;
    }
}
