using EventHub.Postgres.Connections;
using EventHub.Postgres.Writing;
using EventHub.Storage;

namespace EventHub.Postgres;

/// <summary>What <c>eventhub.publish</c> staged. Looking whether there is anything takes no lock; only where there is, the log waits for the move.</summary>
internal sealed class PostgresOutboxStore(PostgresStore store) : IOutboxStore
{
    private const string AnySql = "SELECT EXISTS (SELECT 1 FROM eventhub_data.outbox)";

    public async ValueTask<OutboxMoved> MoveAsync(OutboxMove move, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(move);
        ArgumentOutOfRangeException.ThrowIfLessThan(move.MaxEvents, 1, nameof(move));
        var open = store.Open;
        var isAny = await open.Database.UseAsync((connection, token) => connection.ScalarAsync<bool>(AnySql, token), cancellationToken).ConfigureAwait(false);
        if (!isAny) return OutboxMoved.Nothing;
        return await open.Log.SubmitAsync(new MoveStagedOperation(move, open.Context.Options.EventsPerPartition), cancellationToken).ConfigureAwait(false);
    }
}
