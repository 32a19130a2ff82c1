using EventHub.Postgres.Connections;
using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres.Writing;

/// <summary>Leases: one row per subscription that is not deleted. A null clock is the database's.</summary>
internal static class LeaseTable
{
    // A lease somebody else is just taking or settling under is passed over: the next turn finds it free or not.
    private const string AcquireSql =
        """
        WITH clock AS (SELECT coalesce($2, clock_timestamp()) AS now),
        renewed AS (
          UPDATE eventhub_data.leases SET expires_at = clock.now + $3 FROM clock WHERE owner = $1 AND expires_at > clock.now RETURNING subscription, token),
        free AS (
          SELECT subscription FROM eventhub_data.leases, clock WHERE (owner IS NULL OR expires_at <= clock.now)
          ORDER BY subscription LIMIT greatest(0, $4 - (SELECT count(*) FROM renewed)) FOR NO KEY UPDATE OF leases SKIP LOCKED),
        taken AS (
          UPDATE eventhub_data.leases SET owner = $1, token = token + 1, expires_at = clock.now + $3 FROM free, clock
          WHERE leases.subscription = free.subscription RETURNING leases.subscription, leases.token)
        SELECT subscription, token FROM renewed UNION ALL SELECT subscription, token FROM taken ORDER BY 1
        """;

    private const string ReleaseSql = "UPDATE eventhub_data.leases SET owner = NULL, expires_at = '-infinity' WHERE subscription = $1 AND token = $2";

    public static async Task<IReadOnlyList<Lease>> AcquireAsync(
        NpgsqlConnection connection, string owner, DateTimeOffset? now, TimeSpan duration, int limit, CancellationToken cancellationToken) =>
        await new NpgsqlCommand(AcquireSql, connection).With(owner).With(now).With(duration).With(limit)
            .ListAsync(static row => new Lease(row.GetInt32(0), row.GetInt64(1)), cancellationToken).ConfigureAwait(false);

    public static Task ReleaseAsync(NpgsqlConnection connection, Lease lease, CancellationToken cancellationToken) =>
        new NpgsqlCommand(ReleaseSql, connection).With(lease.SubscriptionKey).With(lease.Token).RunAsync(cancellationToken);
}
