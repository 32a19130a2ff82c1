using System.Data;
using EventHub.Postgres.Connections;
using Npgsql;

namespace EventHub.Postgres.Reading;

/// <summary>Checks that what is stored holds together, in one snapshot. Slow: reads everything.</summary>
internal static class SoundnessCheck
{
    private const string DensitySql =
        """
        SELECT count(e.sequence), coalesce(min(e.sequence), 0), coalesce(max(e.sequence), 0), l.trimmed, l.head
        FROM eventhub_data.log l LEFT JOIN eventhub_data.events e ON e.sequence > l.trimmed GROUP BY l.trimmed, l.head
        """;

    /// <summary>Each finds up to ten places where a rule is broken: what, and where.</summary>
    private static readonly (string Problem, string Sql)[] s_rules =
    [
        ("a track's floor lies beyond the head: subscription, generation, floor",
            "SELECT subscription, generation, floor FROM eventhub_data.tracks, eventhub_data.log WHERE floor > head LIMIT 10"),
        ("a consumer's cursor lies beyond the head: its place by name, cursor, head",
            "SELECT row_number() OVER (ORDER BY name), cursor, head FROM eventhub_data.consumers, eventhub_data.log WHERE cursor > head LIMIT 10"),
        ("a result refers to an event that is not there: sequence, subscription, generation",
            """
            SELECT sequence, subscription, generation FROM eventhub_data.results r, eventhub_data.log
            WHERE sequence > trimmed AND NOT EXISTS (SELECT 1 FROM eventhub_data.events e WHERE e.sequence = r.sequence) LIMIT 10
            """),
        ("an exception refers to an event that is not there: sequence, subscription, generation",
            """
            SELECT sequence, subscription, generation FROM eventhub_data.exceptions x
            WHERE NOT EXISTS (SELECT 1 FROM eventhub_data.events e WHERE e.sequence = x.sequence) LIMIT 10
            """),
        ("a dispatch has a result and is held as an exception: sequence, subscription, generation",
            """
            SELECT sequence, subscription, generation FROM eventhub_data.exceptions x JOIN eventhub_data.results r USING (sequence, subscription, generation) LIMIT 10
            """),
        ("an exception belongs to no subscription: sequence, subscription, generation",
            """
            SELECT sequence, subscription, generation FROM eventhub_data.exceptions x
            WHERE NOT EXISTS (SELECT 1 FROM eventhub_data.subscriptions s WHERE s.key = x.subscription AND NOT s.deleted) LIMIT 10
            """),
        ("a track belongs to no subscription: subscription, generation, floor",
            """
            SELECT subscription, generation, floor FROM eventhub_data.tracks t
            WHERE NOT EXISTS (SELECT 1 FROM eventhub_data.subscriptions s WHERE s.key = t.subscription AND NOT s.deleted) LIMIT 10
            """),
        ("a subscription has no main track or no lease: key, version, next generation",
            """
            SELECT key, version, next_generation FROM eventhub_data.subscriptions s
            WHERE NOT deleted AND (NOT EXISTS (SELECT 1 FROM eventhub_data.tracks t WHERE t.subscription = s.key AND t.generation = 0)
              OR NOT EXISTS (SELECT 1 FROM eventhub_data.leases l WHERE l.subscription = s.key)) LIMIT 10
            """),
        ("a subscription's leases are not those of one layout, each with a main track: key, version, partitions",
            """
            SELECT key, version, partitions FROM eventhub_data.subscriptions s
            JOIN (SELECT subscription, count(*) AS leases, count(DISTINCT layout) AS layouts, min(layout) AS layout, max(partition) + 1 AS last
              FROM eventhub_data.leases GROUP BY subscription) l ON l.subscription = s.key
            WHERE NOT deleted AND (layouts > 1 OR last <> leases OR (l.layout = s.layout AND leases <> partitions)
              OR leases <> (SELECT count(*) FROM eventhub_data.tracks t WHERE t.subscription = s.key AND t.generation = 0)) LIMIT 10
            """),
        ("a subscription's newest version is missing: key, version, next generation",
            """
            SELECT key, version, next_generation FROM eventhub_data.subscriptions s
            WHERE version <> (SELECT coalesce(max(v.version), 0) FROM eventhub_data.subscription_versions v WHERE v.key = s.key) LIMIT 10
            """),
        ("a change is numbered beyond the newest: key, version, change",
            "SELECT key, version, v.change FROM eventhub_data.subscription_versions v, eventhub_data.log l WHERE v.change > l.change LIMIT 10"),
        ("an append may rely on a partition that is not there: up to (excluded), partitions until, head",
            """
            SELECT partitioned, coalesce((SELECT max(until) FROM eventhub_data.partitions), 1), head FROM eventhub_data.log
            WHERE partitioned > coalesce((SELECT max(until) FROM eventhub_data.partitions), 1)
            """),
    ];

    public static async Task<IReadOnlyList<string>> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using (snapshot.ConfigureAwait(false))
        {
            problems.AddRange(await new NpgsqlCommand(DensitySql, connection).ListAsync(Density, cancellationToken).ConfigureAwait(false) switch
            {
                [] => ["the row of the log is missing"],
                [var problem] => problem is null ? [] : [problem],
                var rows => [$"the log has {rows.Count} rows"],
            });
            foreach (var (problem, sql) in s_rules)
            {
                problems.AddRange(await new NpgsqlCommand(sql, connection).ListAsync(
                    row => $"{problem} {string.Join(", ", Enumerable.Range(0, 3).Select(row.GetValue))}", cancellationToken).ConfigureAwait(false));
            }
        }

        return problems;
    }

    private static string? Density(NpgsqlDataReader row)
    {
        var (count, first, last, trimmed, head) = (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4));
        if (count == 0 && head == trimmed) return null;
        return first == trimmed + 1 && last == head && count == head - trimmed
            ? null
            : $"the log has gaps: {count} events from {first} to {last}, trimmed up to {trimmed}, head {head}";
    }
}
