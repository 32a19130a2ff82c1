using EventHub.Events;

namespace EventHub.Journal;

/// <summary>Answers what became of every event, and delivers again what is asked for.</summary>
public sealed class DispatchJournal
{
    /// <summary>Lists dispatches, ongoing ones included. Cursor and filters are checked by the caller; an unknown subscription or event gives an empty page.</summary>
    public ValueTask<DispatchPage> ListAsync(DispatchListRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>One dispatch with its attempts, or <c>null</c>.</summary>
    public ValueTask<DispatchDetails?> FindAsync(string dispatchId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>What the dispatches of each of these events amount to, in their order.</summary>
    public ValueTask<IReadOnlyList<EventProgress>> GetProgressAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The dispatches of one event.</summary>
    public ValueTask<EventDispatches> GetDispatchesAsync(Event source, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Delivers an ended dispatch again. Durable on return.</summary>
    /// <param name="dispatchId">The ended one.</param>
    /// <param name="delay">Wait before the first attempt; <c>null</c> for none.</param>
    /// <param name="retryLimit">Retries, in place of the subscription's.</param>
    /// <param name="retryDelay">Wait before each retry, in place of the subscription's.</param>
    /// <param name="cancellationToken">Cancels before it is taken up.</param>
    public ValueTask<RequeueResult> RetryAsync(string dispatchId, TimeSpan? delay, int? retryLimit, TimeSpan? retryDelay, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Lists dead letters, newest event first unless asked otherwise.</summary>
    public ValueTask<DeadLetterPage> ListDeadLettersAsync(DeadLetterFilter filter, bool descending, int limit, Storage.DispatchKey? cursor, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>One dead letter, or <c>null</c>.</summary>
    public ValueTask<DeadLetter?> FindDeadLetterAsync(string dispatchId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Delivers one dead letter again. Durable on return.</summary>
    public ValueTask<RequeueResult> RedriveAsync(string dispatchId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Delivers all dead letters that match again, in pages, each durable by itself. Those of deleted subscriptions stay. Returns how many.</summary>
    public ValueTask<int> RedriveAllAsync(DeadLetterFilter filter, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Takes a dead letter off the list; its result stays. False when it was not on it.</summary>
    public ValueTask<bool> DismissAsync(string dispatchId, CancellationToken cancellationToken) => throw new NotSupportedException();
}
