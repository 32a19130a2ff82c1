using EventHub.Sqlite.Reading;
using EventHub.Sqlite.Writing;
using EventHub.Storage;

namespace EventHub.Sqlite;

/// <summary>Consumers in SQLite.</summary>
internal sealed class SqliteConsumerStore(SqliteStore store, TimeProvider clock) : IConsumerStore
{
    public ValueTask<(ConsumerRecord Consumer, bool IsNew)> SaveAsync(ConsumerChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        return store.Writer.SubmitAsync(new SaveConsumerOperation(change), cancellationToken);
    }

    public ValueTask<ConsumerRecord?> FindAsync(string name, CancellationToken cancellationToken) =>
        store.Reads.ReadAsync((connection, _) => ConsumerRows.Find(connection, name, clock.GetUtcNow()), cancellationToken);

    public ValueTask<IReadOnlyList<ConsumerRecord>> ListAsync(CancellationToken cancellationToken) =>
        store.Reads.ReadAsync<IReadOnlyList<ConsumerRecord>>((connection, _) => ConsumerRows.List(connection, clock.GetUtcNow()), cancellationToken);

    public ValueTask<ConsumerOutcome?> ClaimAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(holder);
        return store.Writer.SubmitAsync(new ClaimConsumerOperation(name, holder, duration), cancellationToken);
    }

    public ValueTask<ConsumerOutcome?> MoveAsync(ConsumerMove move, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(move);
        return store.Writer.SubmitAsync(new MoveConsumerOperation(move), cancellationToken);
    }

    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken) =>
        store.Writer.SubmitAsync(new DeleteConsumerOperation(name), cancellationToken);
}
