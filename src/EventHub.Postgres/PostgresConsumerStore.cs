using EventHub.Postgres.Connections;
using EventHub.Postgres.Reading;
using EventHub.Storage;
using Npgsql;
using NpgsqlTypes;

namespace EventHub.Postgres;

/// <summary>Consumers in PostgreSQL: each change is one transaction on the consumer's row.</summary>
internal sealed class PostgresConsumerStore(PostgresStore store) : IConsumerStore
{
    private const string SaveSql =
        """
        INSERT INTO eventhub_data.consumers AS c (name, events, start, cursor, created_at, updated_at)
        SELECT $1, $2, $3, least(coalesce(CASE WHEN $4 < 0 THEN 0 ELSE $4 END, l.head), l.head), $5, $5 FROM eventhub_data.log l
        ON CONFLICT (name) DO UPDATE SET events = excluded.events, updated_at = excluded.updated_at RETURNING xmax = 0
        """;

    private const string ClaimSql = "UPDATE eventhub_data.consumers SET holder = $2, held_until = coalesce($3, clock_timestamp()) + $4 WHERE name = $1";
    private const string MoveSql = "UPDATE eventhub_data.consumers c SET cursor = greatest(0, least($2, l.head)) FROM eventhub_data.log l WHERE c.name = $1";
    private const string DeleteSql = "DELETE FROM eventhub_data.consumers WHERE name = $1";

    private DateTimeOffset? Now => store.Open.Context.LeaseTime;

    public ValueTask<(ConsumerRecord Consumer, bool IsNew)> SaveAsync(ConsumerChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        return store.Open.Database.WriteAsync(
            async (connection, token) =>
            {
                var isNew = await Command(connection, SaveSql).With(change.Name).WithArray(change.Events.Select(PgText.Encode).ToArray(), NpgsqlDbType.Text)
                    .With(change.Start).With(change.StartAfter).With((DateTimeOffset?)change.Now).ListAsync(static row => row.GetBoolean(0), token).ConfigureAwait(false);
                return ((await ConsumerRows.FindAsync(connection, change.Name, Now, isLocked: false, token).ConfigureAwait(false))!, isNew[0]);
            },
            cancellationToken);
    }

    public ValueTask<ConsumerRecord?> FindAsync(string name, CancellationToken cancellationToken) =>
        store.Open.Database.UseAsync((connection, token) => ConsumerRows.FindAsync(connection, name, Now, isLocked: false, token), cancellationToken);

    public ValueTask<IReadOnlyList<ConsumerRecord>> ListAsync(CancellationToken cancellationToken) =>
        store.Open.Database.UseAsync((connection, token) => ConsumerRows.ListAsync(connection, Now, token), cancellationToken);

    public ValueTask<ConsumerOutcome?> ClaimAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(holder);
        return store.Open.Database.WriteAsync<ConsumerOutcome?>(
            async (connection, token) =>
            {
                if (await ConsumerRows.FindAsync(connection, name, Now, isLocked: true, token).ConfigureAwait(false) is not { } found) return null;
                if (found.Holder is not null && found.Holder != holder) return new ConsumerOutcome(ConsumerStatus.Held, found);
                await Command(connection, ClaimSql).With(name).With(holder).With(Now).With(duration).RunAsync(token).ConfigureAwait(false);
                return new ConsumerOutcome(ConsumerStatus.Done, (await ConsumerRows.FindAsync(connection, name, Now, isLocked: false, token).ConfigureAwait(false))!);
            },
            cancellationToken);
    }

    public ValueTask<ConsumerOutcome?> MoveAsync(ConsumerMove move, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(move);
        return store.Open.Database.WriteAsync<ConsumerOutcome?>(
            async (connection, token) =>
            {
                if (await ConsumerRows.FindAsync(connection, move.Name, Now, isLocked: true, token).ConfigureAwait(false) is not { } found) return null;
                if (found.Holder is not null && found.Holder != move.Holder) return new ConsumerOutcome(ConsumerStatus.Held, found);
                if ((move.IsForwardOnly && found.Cursor > move.To) || (move.From is { } from && from != found.Cursor))
                {
                    return new ConsumerOutcome(ConsumerStatus.Moved, found);
                }

                await Command(connection, MoveSql).With(move.Name).With(move.To).RunAsync(token).ConfigureAwait(false);
                return new ConsumerOutcome(ConsumerStatus.Done, (await ConsumerRows.FindAsync(connection, move.Name, Now, isLocked: false, token).ConfigureAwait(false))!);
            },
            cancellationToken);
    }

    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken) => store.Open.Database.WriteAsync(
        async (connection, token) => await Command(connection, DeleteSql).With(name).RunAsync(token).ConfigureAwait(false) > 0, cancellationToken);

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql) => new(sql, connection);
}
