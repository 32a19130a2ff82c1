namespace EventHub.Storage.Memory;

/// <summary>The journal of the memory store.</summary>
internal sealed class MemoryJournalStore(MemoryState state) : IJournalStore
{
    public ValueTask<IReadOnlyList<DispatchRecord>> QueryAsync(DispatchQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        return state.Run(() => MemoryDispatchQuery.Run(state, query), cancellationToken);
    }

    public ValueTask<IReadOnlyList<AttemptRecord>> GetAttemptsAsync(DispatchKey key, CancellationToken cancellationToken) =>
        state.Run<IReadOnlyList<AttemptRecord>>(() => [.. state.Events.Find(key)?.Attempts?.Values ?? []], cancellationToken);

    public ValueTask<IReadOnlyList<DispatchKey>> RequeueAsync(RequeueRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return state.Run<IReadOnlyList<DispatchKey>>(() => Requeue(request), cancellationToken);
    }

    public ValueTask<IReadOnlyList<ExceptionRecord>> ReadRequeuedAsync(
        int subscriptionKey, int afterGeneration, long afterSequence, int limit, CancellationToken cancellationToken) =>
        state.Run(() => ReadRequeued(subscriptionKey, (afterGeneration, afterSequence), limit), cancellationToken);

    public ValueTask<Track?> AddTrackAsync(int subscriptionKey, long floor, long until, CancellationToken cancellationToken) =>
        state.Run(() => AddTrack(subscriptionKey, floor, until), cancellationToken);

    public ValueTask<int> DismissDeadLettersAsync(IReadOnlyList<DispatchKey> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return state.Run(() => Dismiss(keys), cancellationToken);
    }

    public ValueTask<IReadOnlyList<SubscriptionCounts>> GetCountsAsync(CancellationToken cancellationToken) =>
        state.Run<IReadOnlyList<SubscriptionCounts>>(() => [.. state.Subscriptions.Where(subscription => !subscription.IsDeleted).Select(Count)], cancellationToken);

    private static SubscriptionCounts Count(MemorySubscription subscription) => new(
        subscription.Key, subscription.Partitions.Min(partition => partition.Tracks[0].Floor), subscription.Held.Count + subscription.Requeued.Count,
        subscription.DeadLetters, subscription.Partitions.Min(partition => partition.Tracks.Values.Min(track => track.Floor)));

    private List<DispatchKey> Requeue(RequeueRequest request)
    {
        if (state.FindLive(request.SubscriptionKey) is not { } subscription) return [];
        var ended = request.Keys.Where(key => key.Subscription == subscription.Key).Distinct().Select(state.Events.Find).OfType<MemoryDispatch>()
            .Where(dispatch => dispatch.Result is not null && (dispatch.IsDeadLetter || !request.OnlyDeadLetters)).ToList();
        if (ended.Count == 0) return [];

        var generation = ++subscription.LastGeneration;
        foreach (var old in ended) state.SetDeadLetter(old, isDeadLetter: false);
        var added = ended.Select(old => old.Source).Distinct().Select(source => Add(source, new DispatchKey(source.Event.Sequence, subscription.Key, generation))).ToList();
        state.TellRequeued_NeedsLock(subscription.Key);
        return added;

        DispatchKey Add(MemoryEvent source, DispatchKey key)
        {
            state.SetException(source.FindOrAdd(key), new ExceptionRecord
            {
                Key = key, State = ExceptionState.Requeued, DueAt = request.DueAt, CreatedAt = request.Now,
                RetryLimit = request.RetryLimit, RetryDelay = request.RetryDelay,
            });
            return key;
        }
    }

    private IReadOnlyList<ExceptionRecord> ReadRequeued(int subscriptionKey, (int Generation, long Sequence) after, int limit)
    {
        if (state.FindLive(subscriptionKey) is not { } subscription) return [];
        return [.. subscription.Requeued.GetViewBetween(after, (int.MaxValue, long.MaxValue)).Where(place => place != after).Take(limit)
            .Select(place => state.Events.Find(new DispatchKey(place.Sequence, subscriptionKey, place.Generation))!.Exception!)];
    }

    private Track? AddTrack(int subscriptionKey, long floor, long until)
    {
        if (state.FindLive(subscriptionKey) is not { } subscription) return null;
        var track = new Track(++subscription.LastGeneration, floor, Math.Min(until, state.Events.Head));
        subscription.AddTrack(track.Generation, track.Floor, track.Until);
        state.TellRequeued_NeedsLock(subscriptionKey);
        return track;
    }

    private int Dismiss(IReadOnlyList<DispatchKey> keys)
    {
        var onList = keys.Distinct().Select(state.Events.Find).OfType<MemoryDispatch>().Where(dispatch => dispatch.IsDeadLetter).ToList();
        foreach (var dispatch in onList) state.SetDeadLetter(dispatch, isDeadLetter: false);
        return onList.Count;
    }
}
