using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>Leases: one row per subscription that is not deleted. A lease is held while it has an owner and has not expired.</summary>
internal static class LeaseTable
{
    private const string CreateSql = "INSERT INTO leases (subscription, owner, token, expires_at) VALUES (?1, NULL, 0, 0)";
    private const string RenewSql = "UPDATE leases SET expires_at = ?3 WHERE owner = ?1 AND expires_at > ?2";
    private const string HeldSql = "SELECT subscription, token FROM leases WHERE owner = ?1 AND expires_at > ?2 ORDER BY subscription";

    private const string TakeSql =
        """
        UPDATE leases SET owner = ?1, token = token + 1, expires_at = ?3
        WHERE subscription IN (SELECT subscription FROM leases WHERE owner IS NULL OR expires_at <= ?2 ORDER BY subscription LIMIT ?4)
        """;

    private const string ReleaseSql = "UPDATE leases SET owner = NULL, expires_at = 0 WHERE subscription = ?1 AND token = ?2";
    private const string IsHeldSql = "SELECT 1 FROM leases WHERE subscription = ?1 AND token = ?2 AND owner IS NOT NULL AND expires_at > ?3";
    private const string ClearSql = "UPDATE leases SET owner = NULL, expires_at = 0 WHERE owner IS NOT NULL";

    public static void Create(SqliteConnection connection, int subscription)
    {
        using var create = connection.Use(CreateSql);
        create.Bind(1, subscription).Run();
    }

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
        while (held.Step()) leases.Add(new Lease(held.Int32(0), held.Int64(1)));
        return leases;
    }

    /// <summary>Takes free and expired leases, each with a greater token.</summary>
    /// <returns>How many.</returns>
    public static int Take(SqliteConnection connection, string owner, DateTimeOffset now, DateTimeOffset expiresAt, int limit)
    {
        using var take = connection.Use(TakeSql);
        return take.Bind(1, owner).Bind(2, Micros.From(now)).Bind(3, Micros.From(expiresAt)).Bind(4, limit).Run();
    }

    public static void Release(SqliteConnection connection, Lease lease)
    {
        using var release = connection.Use(ReleaseSql);
        release.Bind(1, lease.SubscriptionKey).Bind(2, lease.Token).Run();
    }

    public static bool IsHeld(SqliteConnection connection, Lease lease, DateTimeOffset now)
    {
        using var isHeld = connection.Use(IsHeldSql);
        return isHeld.Bind(1, lease.SubscriptionKey).Bind(2, lease.Token).Bind(3, Micros.From(now)).Step();
    }

    /// <summary>Frees all: for the start, when the directory's lock proves that whoever held them is gone. Tokens stay.</summary>
    public static void Clear(SqliteConnection connection) => connection.Run(ClearSql);
}
