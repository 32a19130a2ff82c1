using EventHub.Postgres.Connections;
using EventHub.Routing;
using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres.Reading;

/// <summary>Reads subscriptions.</summary>
internal static class SubscriptionRows
{
    /// <summary>The columns <see cref="ReadVersion"/> expects, in its order.</summary>
    public const string VersionColumns = "key, version, effective_after, deleted, document";

    private const string VersionsSql = $"SELECT {VersionColumns} FROM eventhub_data.subscription_versions ORDER BY key, version";

    private const string CountsSql =
        """
        SELECT t.subscription, min(t.floor) FILTER (WHERE t.generation = 0),
          (SELECT count(*) FROM eventhub_data.exceptions x WHERE x.subscription = t.subscription),
          (SELECT count(*) FROM eventhub_data.results r WHERE r.subscription = t.subscription AND r.dead_letter),
          min(t.floor)
        FROM eventhub_data.tracks t GROUP BY t.subscription ORDER BY t.subscription
        """;

    public static SubscriptionVersion ReadVersion(NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetInt32(1), row.GetInt64(2), row.GetBoolean(3),
        Subscription.FromStoredJson(System.Text.Encoding.UTF8.GetBytes(row.Text(4))));

    public static Task<List<SubscriptionVersion>> ReadVersionsAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        new NpgsqlCommand(VersionsSql, connection).ListAsync(ReadVersion, cancellationToken);

    public static Task<List<SubscriptionCounts>> ReadCountsAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        new NpgsqlCommand(CountsSql, connection).ListAsync(
            static row => new SubscriptionCounts(row.GetInt32(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)), cancellationToken);
}
