using EventHub.Routing;

namespace EventHub.Storage.Memory;

/// <summary>Subscriptions, leases and the state of deliveries of the memory store.</summary>
internal sealed class MemoryDispatchStore(MemoryState state) : IDispatchStore
{
    public ValueTask<SubscriptionVersion?> SaveSubscriptionAsync(SubscriptionChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        return state.Run(() => Save(change), cancellationToken);
    }

    public ValueTask<IReadOnlyList<SubscriptionVersion>> LoadSubscriptionsAsync(CancellationToken cancellationToken) =>
        state.Run<IReadOnlyList<SubscriptionVersion>>(() => [.. state.Subscriptions.SelectMany(subscription => subscription.Versions)], cancellationToken);

    public ValueTask<IReadOnlyList<Lease>> AcquireLeasesAsync(string owner, TimeSpan duration, int limit, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return state.Run<IReadOnlyList<Lease>>(() => Acquire(owner, duration, limit), cancellationToken);
    }

    public async ValueTask ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken) =>
        await state.Run(() => Release(lease), cancellationToken);

    public ValueTask<DispatchState> LoadStateAsync(int subscriptionKey, int partition, CancellationToken cancellationToken) =>
        state.Run(() => Load(subscriptionKey, partition), cancellationToken);

    public ValueTask<IReadOnlyList<long>> ReadEndedAsync(int subscriptionKey, int generation, long after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return state.Run<IReadOnlyList<long>>(
            () => [.. state.Events.ScanAll(after + 1, state.LastEnded(subscriptionKey), descending: false)
                .Where(source => source.Find(new DispatchKey(source.Event.Sequence, subscriptionKey, generation))?.Result is not null)
                .Take(limit).Select(source => source.Event.Sequence)],
            cancellationToken);
    }

    public ValueTask<bool> SettleAsync(Settlement settlement, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        return state.Run(() => MemorySettlement.Run(state, settlement), cancellationToken);
    }

    private SubscriptionVersion? Save(SubscriptionChange change)
    {
        // A copy by way of the stored form: the caller's lists stay the caller's, and what every other provider would lose is lost here as well.
        var wanted = Subscription.FromStoredJson(change.Subscription.ToStoredJson());
        var subscription = state.SubscriptionsById.GetValueOrDefault(wanted.Id);
        if (subscription is { IsDeleted: true } || change.ExpectedVersion != (subscription?.Version ?? 0)) return null;
        if (subscription is null && change.IsDelete) return null;

        var effectiveAfter = state.Events.Head;
        if (subscription is null)
        {
            effectiveAfter = Math.Clamp(change.StartAfter ?? effectiveAfter, 0, effectiveAfter);
            subscription = new MemorySubscription(state.Subscriptions.Count + 1);
            subscription.Partitions.AddRange(Enumerable.Range(0, wanted.Delivery.Partitions).Select(_ => new MemoryPartition(layout: 1, token: 0)));
            subscription.AddTrack(0, effectiveAfter, until: null);
            state.Subscriptions.Add(subscription);
            state.SubscriptionsById.Add(wanted.Id, subscription);
        }

        var version = new SubscriptionVersion(subscription.Key, subscription.Version + 1, effectiveAfter, change.IsDelete, wanted);
        subscription.Versions.Add(version);
        if (change.IsNewLayout) subscription.WantedLayout = version.Version;
        if (change.IsDelete) EndAll(subscription);
        state.TellSubscriptionChanged_NeedsLock(version);
        return version;
    }

    private void EndAll(MemorySubscription subscription)
    {
        IEnumerable<DispatchKey> keys = [
            .. subscription.Held, .. subscription.Requeued.Select(place => new DispatchKey(place.Sequence, subscription.Key, place.Generation))];
        foreach (var dispatch in keys.Select(state.Events.Find).OfType<MemoryDispatch>().ToList())
        {
            dispatch.Result = new DispatchResult
            {
                Key = dispatch.Key, Status = DispatchStatus.Ignored, Attempts = dispatch.Exception!.Attempts, ResultedAt = state.Now,
                CreatedAt = dispatch.Exception.CreatedAt, Error = "subscription deleted", EndsException = true,
            };
            subscription.LastEnded = Math.Max(subscription.LastEnded, dispatch.Key.Sequence);
            state.EndException(dispatch);
        }

        subscription.Partitions.Clear();
    }

    private List<Lease> Acquire(string owner, TimeSpan duration, int limit)
    {
        var now = state.Now;
        var until = now + duration;
        var held = new List<Lease>();
        var free = new List<(int Held, MemorySubscription Subscription, int Partition)>();
        foreach (var subscription in state.Subscriptions)
        {
            subscription.LayOut(now);
            var mine = 0;
            for (var i = 0; i < subscription.Partitions.Count; i++)
            {
                var partition = subscription.Partitions[i];
                if (partition.Owner != owner || !partition.IsHeld(now)) continue;
                partition.ExpiresAt = until;
                held.Add(new Lease(subscription.Key, partition.Token, i, partition.Layout));
                mine++;
            }

            for (var i = 0; i < subscription.Partitions.Count; i++)
            {
                var partition = subscription.Partitions[i];
                if (!partition.IsHeld(now) && partition.Layout == subscription.WantedLayout) free.Add((mine++, subscription, i));
            }
        }

        foreach (var (_, subscription, i) in free.OrderBy(place => place.Held).Take(Math.Max(0, limit - held.Count)))
        {
            var partition = subscription.Partitions[i];
            (partition.Owner, partition.ExpiresAt, partition.Token) = (owner, until, partition.Token + 1);
            held.Add(new Lease(subscription.Key, partition.Token, i, partition.Layout));
        }

        held.Sort((left, right) => (left.SubscriptionKey, left.Partition).CompareTo((right.SubscriptionKey, right.Partition)));
        return held;
    }

    private bool Release(Lease lease)
    {
        if (state.FindLive(lease.SubscriptionKey)?.FindHeld(lease.Partition, lease.Token, DateTimeOffset.MinValue) is not { } partition) return false;
        partition.Owner = null;
        return true;
    }

    private DispatchState Load(int subscriptionKey, int partition)
    {
        if (state.FindLive(subscriptionKey) is not { } subscription || partition >= subscription.Partitions.Count) return new DispatchState { Tracks = [], Exceptions = [] };
        return new DispatchState
        {
            Tracks = [.. subscription.Partitions[partition].Tracks.Values.Select(track => track.ToTrack())],
            Exceptions = [.. subscription.Held.Select(key => state.Events.Find(key)!.Exception!)],
        };
    }
}
