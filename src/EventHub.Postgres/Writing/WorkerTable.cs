using EventHub.Postgres.Connections;
using Npgsql;

namespace EventHub.Postgres.Writing;

/// <summary>The processes that deliver. A null clock is the database's.</summary>
internal static class WorkerTable
{
    private const string CountSql =
        """
        WITH clock AS (SELECT coalesce($2, clock_timestamp()) AS now),
        gone AS (DELETE FROM eventhub_data.workers USING clock WHERE expires_at <= clock.now AND owner <> $1),
        here AS (
          INSERT INTO eventhub_data.workers (owner, expires_at) SELECT $1, clock.now + $3 FROM clock
          ON CONFLICT (owner) DO UPDATE SET expires_at = excluded.expires_at)
        SELECT count(*)::integer FROM eventhub_data.workers, clock WHERE expires_at > clock.now AND owner <> $1
        """;

    /// <summary>How many there are, with this one unless its duration is zero.</summary>
    public static async Task<int> CountAsync(NpgsqlConnection connection, string owner, DateTimeOffset? now, TimeSpan duration, CancellationToken cancellationToken)
    {
        var others = await new NpgsqlCommand(CountSql, connection).With(owner).With(now).With(duration)
            .ListAsync(static row => row.GetInt32(0), cancellationToken).ConfigureAwait(false);
        return others[0] + (duration > TimeSpan.Zero ? 1 : 0);
    }
}
