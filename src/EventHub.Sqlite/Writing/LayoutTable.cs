using EventHub.Sqlite.Native;

namespace EventHub.Sqlite.Writing;

/// <summary>
/// Lays out subscriptions: leases and tracks for each partition. A layout is replaced whole, when nobody holds a lease of the one before: tokens go on
/// from the greatest, tracks from the lowest floor.
/// </summary>
internal static class LayoutTable
{
    /// <summary>Numbers from 0 to below the number of partitions wanted.</summary>
    private const string PartitionsSql =
        "WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < (SELECT partitions FROM subscriptions WHERE key = ?1))";

    private const string CreateLeasesSql =
        $"{PartitionsSql} INSERT INTO leases (subscription, partition, layout, owner, token, expires_at) SELECT ?1, n, 1, NULL, 0, 0 FROM numbers";

    private const string CreateTracksSql =
        "INSERT INTO tracks (subscription, generation, partition, floor, until) SELECT ?1, ?2, partition, ?3, ?4 FROM leases WHERE subscription = ?1";

    private const string OutdatedSql =
        """
        SELECT DISTINCT l.subscription FROM leases l JOIN subscriptions s ON s.key = l.subscription AND s.layout <> l.layout
        WHERE NOT EXISTS (SELECT 1 FROM leases h WHERE h.subscription = l.subscription AND h.owner IS NOT NULL AND h.expires_at > ?1)
        """;

    private const string ReplaceLeasesSql =
        $"""
        {PartitionsSql} INSERT INTO leases (subscription, partition, layout, owner, token, expires_at)
        SELECT ?1, n, s.layout, NULL, (SELECT max(token) FROM leases WHERE subscription = ?1), 0 FROM numbers, subscriptions s WHERE s.key = ?1
        ON CONFLICT (subscription, partition) DO UPDATE SET layout = excluded.layout, owner = NULL, token = excluded.token, expires_at = 0
        """;

    private const string ReplaceTracksSql =
        $"""
        {PartitionsSql} INSERT INTO tracks (subscription, generation, partition, floor, until)
        SELECT ?1, t.generation, n, min(t.floor), max(t.until) FROM tracks t, numbers WHERE t.subscription = ?1 GROUP BY t.generation, n
        ON CONFLICT (subscription, generation, partition) DO UPDATE SET floor = excluded.floor
        """;

    private static readonly string[] s_replaceSql =
    [
        ReplaceLeasesSql,
        "DELETE FROM leases WHERE subscription = ?1 AND partition >= (SELECT partitions FROM subscriptions WHERE key = ?1)",
        ReplaceTracksSql,
        "DELETE FROM tracks WHERE subscription = ?1 AND partition >= (SELECT partitions FROM subscriptions WHERE key = ?1)",
    ];

    /// <summary>The leases and main tracks of a new subscription.</summary>
    public static void Create(SqliteConnection connection, int subscription, long floor)
    {
        using (var create = connection.Use(CreateLeasesSql)) create.Bind(1, subscription).Run();
        AddTracks(connection, subscription, 0, floor, null);
    }

    /// <summary>Adds a track to each partition.</summary>
    public static void AddTracks(SqliteConnection connection, int subscription, int generation, long floor, long? until)
    {
        using var add = connection.Use(CreateTracksSql);
        add.Bind(1, subscription).Bind(2, generation).Bind(3, floor).Bind(4, until).Run();
    }

    /// <summary>Replaces the layouts that are no longer wanted, and that nobody delivers by.</summary>
    public static void ReplaceOutdated(SqliteConnection connection, DateTimeOffset now)
    {
        var outdated = new List<int>();
        using (var rows = connection.Use(OutdatedSql))
        {
            rows.Bind(1, Micros.From(now));
            while (rows.Step()) outdated.Add(rows.Int32(0));
        }

        foreach (var subscription in outdated)
        {
            foreach (var sql in s_replaceSql)
            {
                using var replace = connection.Use(sql);
                replace.Bind(1, subscription).Run();
            }
        }
    }
}
