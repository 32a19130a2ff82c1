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

    public ValueTask<DispatchState> LoadStateAsync(int subscriptionKey, CancellationToken cancellationToken) =>
        state.Run(() => Load(subscriptionKey), cancellationToken);

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
            subscription.Tracks.Add(0, new MemoryTrack(0, effectiveAfter, until: null));
            state.Subscriptions.Add(subscription);
            state.SubscriptionsById.Add(wanted.Id, subscription);
        }

        var version = new SubscriptionVersion(subscription.Key, subscription.Version + 1, effectiveAfter, change.IsDelete, wanted);
        subscription.Versions.Add(version);
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
            state.EndException(dispatch);
        }

        subscription.Tracks.Clear();
        subscription.Lease = null;
    }

    private List<Lease> Acquire(string owner, TimeSpan duration, int limit)
    {
        var now = state.Now;
        var until = now + duration;
        var live = state.Subscriptions.Where(subscription => !subscription.IsDeleted).ToList();
        var held = new List<Lease>();
        foreach (var mine in live.Where(subscription => subscription.Lease is { } lease && lease.Owner == owner && lease.ExpiresAt > now))
        {
            mine.Lease = mine.Lease! with { ExpiresAt = until };
            held.Add(new Lease(mine.Key, mine.Lease.Token));
        }

        foreach (var free in live.Where(subscription => subscription.Lease is null || subscription.Lease.ExpiresAt <= now))
        {
            if (held.Count >= limit) break;
            free.Lease = new MemoryLease(owner, ++free.LastToken, until);
            held.Add(new Lease(free.Key, free.LastToken));
        }

        held.Sort((left, right) => left.SubscriptionKey.CompareTo(right.SubscriptionKey));
        return held;
    }

    private bool Release(Lease lease)
    {
        if (state.FindLive(lease.SubscriptionKey) is not { Lease: { } current } subscription || current.Token != lease.Token) return false;
        subscription.Lease = null;
        return true;
    }

    private DispatchState Load(int subscriptionKey)
    {
        var subscription = state.FindLive(subscriptionKey);
        if (subscription is null) return new DispatchState { Tracks = [], Exceptions = [], EndedAboveFloor = [] };
        return new DispatchState
        {
            Tracks = [.. subscription.Tracks.Values.Select(track => track.ToTrack())],
            Exceptions = [.. subscription.Held.Select(key => state.Events.Find(key)!.Exception!)],
            EndedAboveFloor = [.. subscription.Tracks.Values.SelectMany(track =>
                track.EndedAboveFloor.Select(sequence => new DispatchKey(sequence, subscriptionKey, track.Generation)))],
        };
    }
}
