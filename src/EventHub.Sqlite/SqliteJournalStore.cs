using EventHub.Sqlite.Reading;
using EventHub.Sqlite.Writing;
using EventHub.Storage;

namespace EventHub.Sqlite;

/// <summary>The journal in SQLite.</summary>
internal sealed class SqliteJournalStore(SqliteStore store) : IJournalStore
{
    public ValueTask<IReadOnlyList<DispatchRecord>> QueryAsync(DispatchQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        return store.Reads.ReadAsync<IReadOnlyList<DispatchRecord>>(
            (connection, token) => DispatchSearch.Run(connection, query, token), cancellationToken);
    }

    public ValueTask<IReadOnlyList<AttemptRecord>> GetAttemptsAsync(DispatchKey key, CancellationToken cancellationToken) =>
        store.Reads.ReadAsync<IReadOnlyList<AttemptRecord>>((connection, _) => JournalRows.ReadAttempts(connection, key), cancellationToken);

    public ValueTask<IReadOnlyList<DispatchKey>> RequeueAsync(RequeueRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return store.Writer.SubmitAsync(new RequeueOperation(request), cancellationToken);
    }

    public ValueTask<IReadOnlyList<ExceptionRecord>> ReadRequeuedAsync(
        int subscriptionKey, int afterGeneration, long afterSequence, int limit, CancellationToken cancellationToken) =>
        store.Reads.ReadAsync<IReadOnlyList<ExceptionRecord>>(
            (connection, _) => JournalRows.ReadRequeued(connection, subscriptionKey, afterGeneration, afterSequence, limit), cancellationToken);

    public ValueTask<Track?> AddTrackAsync(int subscriptionKey, long floor, long until, CancellationToken cancellationToken) =>
        store.Writer.SubmitAsync(new AddTrackOperation(subscriptionKey, floor, until), cancellationToken);

    public ValueTask<int> DismissDeadLettersAsync(IReadOnlyList<DispatchKey> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return store.Writer.SubmitAsync(new DismissOperation(keys), cancellationToken);
    }

    public ValueTask<IReadOnlyList<SubscriptionCounts>> GetCountsAsync(CancellationToken cancellationToken) =>
        store.Reads.ReadAsync<IReadOnlyList<SubscriptionCounts>>((connection, _) => SubscriptionRows.ReadCounts(connection), cancellationToken);
}
