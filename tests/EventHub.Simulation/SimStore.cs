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

    public bool IsShared => world.IsShared;

    public IEventLog Log => this;

    public IDispatchStore Dispatches => this;

    public IJournalStore Journal => this;

    /// <summary>As they are: no part of the simulation uses them.</summary>
    public IConsumerStore Consumers => _inner.Consumers;

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
        WriteAsync("append", async () =>
        {
            if (world.Mutation == SimMutation.IdempotencyLost) request = new AppendRequest { Events = request.Events, Now = request.Now };
            if (world.Mutates(SimMutation.AnsweredBeforeStored, 0.05))
            {
                var head = (await _inner.Log.GetStateAsync(cancellationToken)).Head;
                return new AppendResult { Events = [new AppendedEvent(request.Events[0].Id, head + 1, false)] };
            }

            return await _inner.Log.AppendAsync(request, cancellationToken);
        });

    public ValueTask<EventPage> ReadAsync(long after, int maxCount, long maxBytes, IReadOnlyList<TypePattern>? types, CancellationToken cancellationToken) =>
        ReadAsync(async () =>
        {
            var page = await _inner.Log.ReadAsync(after, maxCount, maxBytes, types, cancellationToken);
            return page.Events.Count > 0 && world.Mutation == SimMutation.EventSkipped ? new EventPage([.. page.Events.SkipLast(1)], page.Through) : page;
        });

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
        WriteAsync("save subscription", async () =>
        {
            var version = await _inner.Dispatches.SaveSubscriptionAsync(change, cancellationToken);
            if (version is not null && change.IsNewLayout) world.Leases.Wanted(version);
            return version;
        });

    public ValueTask<IReadOnlyList<SubscriptionVersion>> LoadSubscriptionsAsync(CancellationToken cancellationToken) =>
        ReadAsync(() => _inner.Dispatches.LoadSubscriptionsAsync(cancellationToken));

    public ValueTask<IReadOnlyList<Lease>> AcquireLeasesAsync(string owner, TimeSpan duration, int limit, CancellationToken cancellationToken) =>
        WriteAsync("lease", async () =>
        {
            if (world.Mutation == SimMutation.LaidOutEarly)
            {
                foreach (var lease in world.Leases.Outdated()) await _inner.Dispatches.ReleaseLeaseAsync(lease, cancellationToken);
            }

            var leases = await _inner.Dispatches.AcquireLeasesAsync(owner, duration, limit, cancellationToken);
            foreach (var lease in leases) world.Leases.Given(lease);
            return leases;
        });

    public ValueTask<int> CountWorkersAsync(string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        WriteAsync("count workers", () => new ValueTask<int>(world.Leases.CountWorkers(owner, duration, world.Scheduler.Now)));

    public async ValueTask ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        await world.HopAsync(node.Time);
        await _inner.Dispatches.ReleaseLeaseAsync(lease, cancellationToken);
    }

    public ValueTask<DispatchState> LoadStateAsync(int subscriptionKey, int partition, CancellationToken cancellationToken) =>
        ReadAsync(async () => Mutate(subscriptionKey, await _inner.Dispatches.LoadStateAsync(subscriptionKey, partition, cancellationToken)));

    public ValueTask<IReadOnlyList<long>> ReadEndedAsync(int subscriptionKey, int generation, long after, int limit, CancellationToken cancellationToken) =>
        ReadAsync(async () => world.Mutation == SimMutation.EndedForgotten
            ? [] : await _inner.Dispatches.ReadEndedAsync(subscriptionKey, generation, after, limit, cancellationToken));

    public ValueTask<bool> SettleAsync(Settlement settlement, CancellationToken cancellationToken) =>
        WriteAsync("settle", async () =>
        {
            var token = settlement.LeaseToken;
            settlement = await MutateAsync(settlement);
            if (world.Mutates(SimMutation.ResultBeforeCommit, 1))
            {
                _ = LaterAsync(settlement);
                return true;
            }

            var isHeld = await _inner.Dispatches.SettleAsync(settlement, cancellationToken);
            if (isHeld) await world.Checker.SettledAsync(settlement, token);
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

    private async Task LaterAsync(Settlement settlement)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(50), node.Time);
        await _inner.Dispatches.SettleAsync(settlement, CancellationToken.None);
    }

    private async ValueTask<Settlement> MutateAsync(Settlement settlement)
    {
        var head = (await _inner.Log.GetStateAsync(CancellationToken.None)).Head;
        return new Settlement
        {
            SubscriptionKey = settlement.SubscriptionKey,
            Partition = settlement.Partition,
            LeaseToken = world.Mutation == SimMutation.TokenNotChecked ? world.Leases.NewestToken(settlement) : settlement.LeaseToken,
            Results = world.Mutation == SimMutation.ResultDropped ? [] : settlement.Results,
            Attempts = settlement.Attempts,
            Exceptions = world.Mutation switch
            {
                SimMutation.ExceptionDropped => [],
                SimMutation.ExceptionDroppedAtTheCap => [.. settlement.Exceptions.Take(2)],
                SimMutation.StartForgotten => [.. settlement.Exceptions.Select(e => e.State == ExceptionState.Started ? e with { State = ExceptionState.Parked } : e)],
                _ => settlement.Exceptions,
            },
            Floors = world.Mutation == SimMutation.FloorMovedEarly ? [.. settlement.Floors.Select(f => f with { Floor = Math.Min(head, f.Floor + 1) })] : settlement.Floors,
        };
    }

    private DispatchState Mutate(int subscriptionKey, DispatchState state) => world.Mutation switch
    {
        SimMutation.ExceptionsForgotten => new DispatchState { Tracks = state.Tracks, Exceptions = [] },
        SimMutation.LaneForgotten => new DispatchState { Tracks = state.Tracks, Exceptions = [.. state.Exceptions.Select(e => e with { Lane = null })] },
        SimMutation.LaidOutAtTheGreatestFloor => new DispatchState
        {
            Tracks = [.. state.Tracks.Select(t => t.Generation == 0 ? t with { Floor = Math.Max(t.Floor, world.Leases.GreatestFloor(subscriptionKey)) } : t)],
            Exceptions = state.Exceptions,
        },
        _ => state,
    };

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
