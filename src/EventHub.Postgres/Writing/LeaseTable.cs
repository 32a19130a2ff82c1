using EventHub.Postgres.Connections;
using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres.Writing;

/// <summary>Leases: one row per partition of a subscription that is not deleted. A null clock is the database's.</summary>
internal static class LeaseTable
{
    private const string LayOutSql = "SELECT eventhub_data.lay_out($1)";

    // A lease somebody else is just taking or settling under is passed over: the next turn finds it free or not. One that ran out and was not taken for a while,
    // Lease.OverdueAfter ($5), is taken beyond the limit: workers that died are counted for a while, and the limits of those that live may not add up to all.
    private const string AcquireSql =
        """
        WITH clock AS (SELECT coalesce($2, clock_timestamp()) AS now),
        renewed AS (
          UPDATE eventhub_data.leases SET expires_at = clock.now + $3 FROM clock WHERE owner = $1 AND expires_at > clock.now RETURNING subscription, token, partition, layout),
        places AS (
          SELECT l.subscription, l.partition, row_number() OVER (PARTITION BY l.subscription ORDER BY l.partition)
            + (SELECT count(*) FROM renewed r WHERE r.subscription = l.subscription) AS place
          FROM eventhub_data.leases l JOIN eventhub_data.subscriptions s ON s.key = l.subscription AND s.layout = l.layout, clock
          WHERE l.owner IS NULL OR l.expires_at <= clock.now),
        overdue AS (
          SELECT count(*) AS leases FROM places p JOIN eventhub_data.leases l ON l.subscription = p.subscription AND l.partition = p.partition, clock
          WHERE $4 > 0 AND l.expires_at <= clock.now - $5 AND l.expires_at > '-infinity'),
        free AS (
          SELECT l.subscription, l.partition FROM places p JOIN eventhub_data.leases l ON l.subscription = p.subscription AND l.partition = p.partition, clock
          WHERE l.owner IS NULL OR l.expires_at <= clock.now
          ORDER BY (l.expires_at > '-infinity' AND l.expires_at <= clock.now - $5) DESC, p.place, p.subscription
          LIMIT greatest($4 - (SELECT count(*) FROM renewed), (SELECT leases FROM overdue)) FOR NO KEY UPDATE OF l SKIP LOCKED),
        taken AS (
          UPDATE eventhub_data.leases l SET owner = $1, token = token + 1, expires_at = clock.now + $3 FROM free, clock
          WHERE l.subscription = free.subscription AND l.partition = free.partition RETURNING l.subscription, l.token, l.partition, l.layout)
        SELECT subscription, token, partition, layout FROM renewed UNION ALL SELECT subscription, token, partition, layout FROM taken ORDER BY 1, 3
        """;

    private const string ReleaseSql = "UPDATE eventhub_data.leases SET owner = NULL, expires_at = '-infinity' WHERE subscription = $1 AND partition = $2 AND token = $3";

    public static async Task<IReadOnlyList<Lease>> AcquireAsync(
        NpgsqlConnection connection, string owner, DateTimeOffset? now, TimeSpan duration, int limit, CancellationToken cancellationToken)
    {
        await new NpgsqlCommand(LayOutSql, connection).With(now).RunAsync(cancellationToken).ConfigureAwait(false);
        return await new NpgsqlCommand(AcquireSql, connection).With(owner).With(now).With(duration).With(limit).With(Lease.OverdueAfter)
            .ListAsync(static row => new Lease(row.GetInt32(0), row.GetInt64(1), row.GetInt32(2), row.GetInt32(3)), cancellationToken).ConfigureAwait(false);
    }

    public static Task ReleaseAsync(NpgsqlConnection connection, Lease lease, CancellationToken cancellationToken) =>
        new NpgsqlCommand(ReleaseSql, connection).With(lease.SubscriptionKey).With(lease.Partition).With(lease.Token).RunAsync(cancellationToken);
}
