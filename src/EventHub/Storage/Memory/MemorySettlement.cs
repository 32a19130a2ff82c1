namespace EventHub.Storage.Memory;

/// <summary>Commits one settlement: the lease is checked, then the rules, then all of it is kept.</summary>
internal static class MemorySettlement
{
    public static bool Run(MemoryState state, Settlement settlement)
    {
        var subscription = state.FindLive(settlement.SubscriptionKey);
        if (subscription?.FindHeld(settlement.Partition, settlement.LeaseToken, state.Now) is not { } partition) return false;
        Check(state, subscription, partition, settlement);

        // Nothing has changed up to here; nothing below can fail. Rows of an event that retention removed meanwhile have nothing to stand on: they go with it.
        foreach (var exception in settlement.Exceptions)
        {
            if (FindOrAdd(state, exception.Key) is { } dispatch) state.SetException(dispatch, exception);
        }

        foreach (var attempt in settlement.Attempts)
        {
            if (FindOrAdd(state, attempt.Key) is { } dispatch) (dispatch.Attempts ??= [])[attempt.Number] = attempt;
        }

        foreach (var result in settlement.Results)
        {
            if (FindOrAdd(state, result.Key) is not { } dispatch) continue;
            dispatch.Result = result;
            subscription.LastEnded = Math.Max(subscription.LastEnded, result.Key.Sequence);
            if (result.EndsException) state.EndException(dispatch);
            state.SetDeadLetter(dispatch, result.IsDeadLetter);
        }

        foreach (var floor in settlement.Floors)
        {
            if (floor.IsDone) partition.Tracks.Remove(floor.Generation);
            else partition.Tracks[floor.Generation].Floor = floor.Floor;
        }

        return true;
    }

    private static MemoryDispatch? FindOrAdd(MemoryState state, DispatchKey key) => state.Events.Find(key.Sequence)?.FindOrAdd(key);

    private static void Check(MemoryState state, MemorySubscription subscription, MemoryPartition partition, Settlement settlement)
    {
        var ended = new HashSet<DispatchKey>();
        foreach (var key in settlement.Results.Select(result => result.Key))
        {
            CheckKey(state, subscription, key);
            if (!ended.Add(key) || state.Events.Find(key)?.Result is not null) throw Refused($"dispatch {key} has a result already");
        }

        foreach (var key in settlement.Exceptions.Select(exception => exception.Key))
        {
            CheckKey(state, subscription, key);
            if (ended.Contains(key) || state.Events.Find(key)?.Result is not null) throw Refused($"dispatch {key} has a result, so it cannot be an exception");
        }

        foreach (var attempt in settlement.Attempts) CheckKey(state, subscription, attempt.Key);
        foreach (var floor in settlement.Floors)
        {
            if (!partition.Tracks.TryGetValue(floor.Generation, out var track)) throw Refused($"there is no track {floor.Generation}");
            if (floor.Floor < track.Floor) throw Refused($"floor {floor.Floor} of track {floor.Generation} is behind its present one, {track.Floor}");
            if (floor is { IsDone: true, Generation: 0 }) throw Refused("the main track is never done");
        }
    }

    private static void CheckKey(MemoryState state, MemorySubscription subscription, DispatchKey key)
    {
        if (key.Subscription != subscription.Key) throw Refused($"dispatch {key} is of another subscription than {subscription.Key}");
        if (key.Sequence < 1 || key.Sequence > state.Events.Head) throw Refused($"dispatch {key} is of an event that is not in the log");
    }

    private static StorageException Refused(string reason) => new(StorageFailure.Refused, $"The settlement is refused: {reason}.");
}
