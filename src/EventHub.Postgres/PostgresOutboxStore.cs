using EventHub.Postgres.Connections;
using EventHub.Postgres.Writing;
using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres;

/// <summary>What <c>eventhub.publish</c> staged. Looking whether there is anything takes no lock; only where there is, the log waits for the move.</summary>
internal sealed class PostgresOutboxStore(PostgresStore store) : IOutboxStore
{
    private const string AnySql = "SELECT EXISTS (SELECT 1 FROM eventhub_data.outbox)";
    private const string LimitSql = "UPDATE eventhub_data.outbox_settings SET max_event_bytes = $1 WHERE max_event_bytes <> $1";

    private const string BacklogSql =
        "SELECT count(*), coalesce(clock_timestamp() - (SELECT staged_at FROM eventhub_data.outbox ORDER BY place LIMIT 1), interval '0') FROM eventhub_data.outbox";

    // Once per process: two with different limits would overwrite each other's for ever.
    private int _limitTold;

    public async ValueTask<OutboxMoved> MoveAsync(OutboxMove move, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(move);
        ArgumentOutOfRangeException.ThrowIfLessThan(move.MaxEvents, 1, nameof(move));
        var open = store.Open;
        if (_limitTold != move.MaxEventBytes)
        {
            await open.Database.UseAsync((connection, token) => new NpgsqlCommand(LimitSql, connection).With(move.MaxEventBytes).RunAsync(token), cancellationToken).ConfigureAwait(false);
            _limitTold = move.MaxEventBytes;
        }

        var isAny = await open.Database.UseAsync((connection, token) => connection.ScalarAsync<bool>(AnySql, token), cancellationToken).ConfigureAwait(false);
        if (!isAny) return OutboxMoved.Nothing;
        return await open.Log.SubmitAsync(new MoveStagedOperation(move, open.Context.Options.EventsPerPartition), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<OutboxBacklog> GetBacklogAsync(CancellationToken cancellationToken) =>
        (await store.Open.Database.UseAsync(
            static (connection, token) => new NpgsqlCommand(BacklogSql, connection).ListAsync(static row => new OutboxBacklog(row.GetInt64(0), row.GetTimeSpan(1)), token),
            cancellationToken).ConfigureAwait(false))[0];
}
