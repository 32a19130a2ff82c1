using EventHub.Routing;
using EventHub.Sqlite.Native;

namespace EventHub.Sqlite.Writing;

/// <summary>Writes subscriptions and their versions.</summary>
internal static class SubscriptionTable
{
    private const string FindSql = "SELECT key, version, deleted FROM subscriptions WHERE id = ?1";
    private const string CreateSql = "INSERT INTO subscriptions (id, version, deleted, next_generation, partitions) VALUES (?1, 1, 0, 1, ?2) RETURNING key";
    private const string ChangeSql = "UPDATE subscriptions SET version = ?2, deleted = ?3 WHERE key = ?1";
    private const string WantLayoutSql = "UPDATE subscriptions SET partitions = ?2, layout = version WHERE key = ?1";
    private const string AddVersionSql =
        "INSERT INTO subscription_versions (key, version, effective_after, deleted, document) VALUES (?1, ?2, ?3, ?4, ?5)";

    private const string EndExceptionsSql =
        """
        INSERT INTO results (sequence, subscription, generation, status, attempts, resulted_at, created_at, duration_us, error, dead_letter)
        SELECT sequence, subscription, generation, ?2, attempts, ?3, created_at, 0, 'subscription deleted', 0 FROM exceptions WHERE subscription = ?1
        """;

    private static readonly string[] s_removeSql =
    [
        "DELETE FROM exceptions WHERE subscription = ?1",
        "DELETE FROM tracks WHERE subscription = ?1",
        "DELETE FROM leases WHERE subscription = ?1",
    ];

    /// <summary>Key and version of a subscription; version 0 for one that is deleted, <c>null</c> when the id was never used.</summary>
    public static (int Key, int Version)? Find(SqliteConnection connection, string id)
    {
        using var find = connection.Use(FindSql);
        find.Bind(1, id);
        if (!find.Step()) return null;
        return (find.Int32(0), find.Int64(2) == 0 ? find.Int32(1) : 0);
    }

    /// <summary>Returns the new subscription's key.</summary>
    public static int Create(SqliteConnection connection, string id, int partitions)
    {
        using var create = connection.Use(CreateSql);
        create.Bind(1, id).Bind(2, partitions);
        create.Step();
        return create.Int32(0);
    }

    public static void AddVersion(SqliteConnection connection, SubscriptionVersion version)
    {
        using (var change = connection.Use(ChangeSql))
        {
            change.Bind(1, version.Key).Bind(2, version.Version).Bind(3, version.IsDeleted).Run();
        }

        using var add = connection.Use(AddVersionSql);
        add.Bind(1, version.Key).Bind(2, version.Version).Bind(3, version.EffectiveAfter).Bind(4, version.IsDeleted)
            .BindText(5, version.Subscription.ToStoredJson()).Run();
    }

    /// <summary>The present version's number of partitions and ordering key are wanted.</summary>
    public static void WantLayout(SqliteConnection connection, int key, int partitions)
    {
        using var want = connection.Use(WantLayoutSql);
        want.Bind(1, key).Bind(2, partitions).Run();
    }

    /// <summary>Ends its exceptions as ignored, and removes tracks and leases.</summary>
    public static void EndDeliveries(SqliteConnection connection, int key, DateTimeOffset now)
    {
        using (var end = connection.Use(EndExceptionsSql))
        {
            end.Bind(1, key).Bind(2, (long)Storage.DispatchStatus.Ignored).Bind(3, Micros.From(now)).Run();
        }

        foreach (var sql in s_removeSql)
        {
            using var remove = connection.Use(sql);
            remove.Bind(1, key).Run();
        }
    }
}
