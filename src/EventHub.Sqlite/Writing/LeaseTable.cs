using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>Leases: one row per partition of a subscription that is not deleted. A lease is held while it has an owner and has not expired.</summary>
internal static class LeaseTable
{
    private const string RenewSql = "UPDATE leases SET expires_at = ?3 WHERE owner = ?1 AND expires_at > ?2";

    private const string HeldSql =
        "SELECT subscription, token, partition, layout FROM leases WHERE owner = ?1 AND expires_at > ?2 ORDER BY subscription, partition";

    private const string TakeSql =
        """
        UPDATE leases SET owner = ?1, token = token + 1, expires_at = ?3
        WHERE (subscription, partition) IN (
          SELECT subscription, partition FROM (
            SELECT l.subscription, l.partition, row_number() OVER (PARTITION BY l.subscription ORDER BY l.partition)
              + (SELECT count(*) FROM leases h WHERE h.subscription = l.subscription AND h.owner = ?1 AND h.expires_at > ?2) AS place
            FROM leases l JOIN subscriptions s ON s.key = l.subscription AND s.layout = l.layout WHERE l.owner IS NULL OR l.expires_at <= ?2)
          ORDER BY place, subscription LIMIT ?4)
        """;

    private const string ReleaseSql = "UPDATE leases SET owner = NULL, expires_at = 0 WHERE subscription = ?1 AND partition = ?2 AND token = ?3";

    private const string IsHeldSql =
        "SELECT 1 FROM leases WHERE subscription = ?1 AND partition = ?2 AND token = ?3 AND owner IS NOT NULL AND expires_at > ?4";

    private const string ClearSql = "UPDATE leases SET owner = NULL, expires_at = 0 WHERE owner IS NOT NULL";

    public static void Renew(SqliteConnection connection, string owner, DateTimeOffset now, DateTimeOffset expiresAt)
    {
        using var renew = connection.Use(RenewSql);
        renew.Bind(1, owner).Bind(2, Micros.From(now)).Bind(3, Micros.From(expiresAt)).Run();
    }

    public static List<Lease> Held(SqliteConnection connection, string owner, DateTimeOffset now)
    {
        var leases = new List<Lease>();
        using var held = connection.Use(HeldSql);
        held.Bind(1, owner).Bind(2, Micros.From(now));
        while (held.Step()) leases.Add(new Lease(held.Int32(0), held.Int64(1), held.Int32(2), held.Int32(3)));
        return leases;
    }

    /// <summary>Takes free and expired leases, each with a greater token; first those of whose subscription the owner has fewest.</summary>
    /// <returns>How many.</returns>
    public static int Take(SqliteConnection connection, string owner, DateTimeOffset now, DateTimeOffset expiresAt, int limit)
    {
        using var take = connection.Use(TakeSql);
        return take.Bind(1, owner).Bind(2, Micros.From(now)).Bind(3, Micros.From(expiresAt)).Bind(4, limit).Run();
    }

    public static void Release(SqliteConnection connection, Lease lease)
    {
        using var release = connection.Use(ReleaseSql);
        release.Bind(1, lease.SubscriptionKey).Bind(2, lease.Partition).Bind(3, lease.Token).Run();
    }

    public static bool IsHeld(SqliteConnection connection, Lease lease, DateTimeOffset now)
    {
        using var isHeld = connection.Use(IsHeldSql);
        return isHeld.Bind(1, lease.SubscriptionKey).Bind(2, lease.Partition).Bind(3, lease.Token).Bind(4, Micros.From(now)).Step();
    }

    /// <summary>Frees all: for the start, when the directory's lock proves that whoever held them is gone. Tokens stay.</summary>
    public static void Clear(SqliteConnection connection) => connection.Run(ClearSql);
}
