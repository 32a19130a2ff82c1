using EventHub.Events;

namespace EventHub.Storage;

/// <summary>The log: events in commit order, dense sequences from 1.</summary>
public interface IEventLog
{
    /// <summary>
    /// Appends the events of one request, all or none, with their idempotency keys in the same commit. Durable to
    /// <see cref="IHubStore.Durability"/> on return. Requests waiting together may share one commit; each stays atomic by itself.
    /// </summary>
    ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Reads events with sequence greater than <paramref name="after"/> in order. Never skips one that is in the log (those that do not
    /// match <paramref name="types"/> aside). Ends at <paramref name="maxCount"/> events or when <paramref name="maxBytes"/> is passed,
    /// but holds at least one event when there is one.
    /// </summary>
    /// <param name="after">From 0.</param>
    /// <param name="maxCount">From 1.</param>
    /// <param name="maxBytes">Sum of <see cref="Event.Size"/> after which the page ends.</param>
    /// <param name="types">Only events whose type matches one of these; <c>null</c> for all.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    ValueTask<EventPage> ReadAsync(long after, int maxCount, long maxBytes, IReadOnlyList<TypePattern>? types, CancellationToken cancellationToken);

    /// <summary>The event with this id, or <c>null</c>.</summary>
    ValueTask<Event?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>
    /// The events at these sequences, in the order asked; those that are not there are left out. Also finds events behind the trim point
    /// that were kept for a dead letter or an exception.
    /// </summary>
    ValueTask<IReadOnlyList<Event>> GetAsync(IReadOnlyList<long> sequences, CancellationToken cancellationToken);

    /// <summary>Events that match all of the query's filters, in sequence order or its reverse.</summary>
    ValueTask<IReadOnlyList<Event>> QueryAsync(EventQuery query, CancellationToken cancellationToken);

    /// <summary>The sequence before the first event created at or after <paramref name="time"/>; the head when there is none.</summary>
    ValueTask<long> FindSequenceBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken);

    /// <summary>Identity, head and trim point of the log.</summary>
    ValueTask<LogState> GetStateAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Removes events up to and including <paramref name="upTo"/> with their ended dispatches, and idempotency keys that expired before
    /// <paramref name="now"/>. Keeps events (and their journal rows) that a dead letter or an exception still refers to.
    /// Returns how many events went. Works in bounded steps; each step is atomic.
    /// </summary>
    ValueTask<long> TrimAsync(long upTo, DateTimeOffset now, CancellationToken cancellationToken);
}
