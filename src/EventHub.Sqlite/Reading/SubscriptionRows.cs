using EventHub.Routing;
using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Reading;

/// <summary>Reads subscriptions.</summary>
internal static class SubscriptionRows
{
    private const string VersionsSql =
        "SELECT key, version, effective_after, deleted, document FROM subscription_versions ORDER BY key, version";

    private const string CountsSql =
        """
        SELECT t.subscription, min(t.floor) FILTER (WHERE t.generation = 0),
          (SELECT count(*) FROM exceptions x WHERE x.subscription = t.subscription),
          (SELECT count(*) FROM results r INDEXED BY results_dead_by_subscription WHERE r.subscription = t.subscription AND r.dead_letter = 1),
          min(t.floor)
        FROM tracks t GROUP BY t.subscription ORDER BY t.subscription
        """;

    public static List<SubscriptionVersion> ReadVersions(SqliteConnection connection)
    {
        var versions = new List<SubscriptionVersion>();
        using var rows = connection.Use(VersionsSql);
        while (rows.Step())
        {
            versions.Add(new SubscriptionVersion(
                rows.Int32(0), rows.Int32(1), rows.Int64(2), rows.Int64(3) != 0, Subscription.FromStoredJson(rows.Bytes(4))));
        }

        return versions;
    }

    public static List<SubscriptionCounts> ReadCounts(SqliteConnection connection)
    {
        var counts = new List<SubscriptionCounts>();
        using var rows = connection.Use(CountsSql);
        while (rows.Step()) counts.Add(new SubscriptionCounts(rows.Int32(0), rows.Int64(1), rows.Int64(2), rows.Int64(3), rows.Int64(4)));
        return counts;
    }
}
