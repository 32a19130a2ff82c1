namespace EventHub.Storage;

/// <summary>What became of every dispatch, and asking for one again.</summary>
public interface IJournalStore
{
    /// <summary>Dispatches with a result and exceptions, ordered by <see cref="DispatchKey"/> or its reverse.</summary>
    ValueTask<IReadOnlyList<DispatchRecord>> QueryAsync(DispatchQuery query, CancellationToken cancellationToken);

    /// <summary>The attempts written down for a dispatch, by number. None for one that succeeded at once.</summary>
    ValueTask<IReadOnlyList<AttemptRecord>> GetAttemptsAsync(DispatchKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a new dispatch of each ended one, in the subscription's next generation, as an exception that is
    /// <see cref="ExceptionState.Requeued"/>, and takes the old ones off the dead letter list, in one commit. Keys without a result (and, where
    /// asked, no longer dead letters) are left out. Durable on return.
    /// </summary>
    /// <returns>The new dispatches, in the order of the keys.</returns>
    ValueTask<IReadOnlyList<DispatchKey>> RequeueAsync(RequeueRequest request, CancellationToken cancellationToken);

    /// <summary>Exceptions that are requeued and not yet taken up, by generation, then sequence, after the given place.</summary>
    ValueTask<IReadOnlyList<ExceptionRecord>> ReadRequeuedAsync(
        int subscriptionKey, int afterGeneration, long afterSequence, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Adds a track for each partition from after <paramref name="floor"/> through <paramref name="until"/> (capped at the head) in the subscription's next
    /// generation. Durable on return.
    /// </summary>
    /// <returns>The track, or <c>null</c> when the subscription does not exist.</returns>
    ValueTask<Track?> AddTrackAsync(int subscriptionKey, long floor, long until, CancellationToken cancellationToken);

    /// <summary>Takes these off the dead letter list; their results stay. Returns how many were on it.</summary>
    ValueTask<int> DismissDeadLettersAsync(IReadOnlyList<DispatchKey> keys, CancellationToken cancellationToken);

    /// <summary>What is stored for each subscription that is not deleted, by key.</summary>
    ValueTask<IReadOnlyList<SubscriptionCounts>> GetCountsAsync(CancellationToken cancellationToken);
}
