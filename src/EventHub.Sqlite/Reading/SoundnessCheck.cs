using System.Globalization;
using EventHub.Sqlite.Native;

namespace EventHub.Sqlite.Reading;

/// <summary>Checks that what is stored holds together. Slow: reads everything.</summary>
internal static class SoundnessCheck
{
    private const string DensitySql =
        """
        SELECT count(*), coalesce(min(sequence), 0), coalesce(max(sequence), 0), (SELECT value FROM meta WHERE name = 'trimmed')
        FROM events WHERE sequence > (SELECT value FROM meta WHERE name = 'trimmed')
        """;

    /// <summary>Each finds up to ten places where a rule is broken: what, and where.</summary>
    private static readonly (string Problem, string Sql)[] s_rules =
    [
        ("a track's floor lies beyond the head: subscription, generation, floor",
            """
            SELECT subscription, generation, floor FROM tracks
            WHERE floor > max(coalesce((SELECT max(sequence) FROM events), 0), (SELECT value FROM meta WHERE name = 'trimmed')) LIMIT 10
            """),
        ("a consumer's cursor lies beyond the head: its place by name, cursor, head",
            """
            SELECT row_number() OVER (ORDER BY name), cursor, head FROM consumers,
              (SELECT max(coalesce((SELECT max(sequence) FROM events), 0), (SELECT value FROM meta WHERE name = 'trimmed')) AS head)
            WHERE cursor > head LIMIT 10
            """),
        ("a result refers to an event that is not there: sequence, subscription, generation",
            """
            SELECT sequence, subscription, generation FROM results r
            WHERE sequence > (SELECT value FROM meta WHERE name = 'trimmed') AND NOT EXISTS (SELECT 1 FROM events e WHERE e.sequence = r.sequence) LIMIT 10
            """),
        ("an exception refers to an event that is not there: sequence, subscription, generation",
            """
            SELECT sequence, subscription, generation FROM exceptions x
            WHERE sequence > (SELECT value FROM meta WHERE name = 'trimmed') AND NOT EXISTS (SELECT 1 FROM events e WHERE e.sequence = x.sequence) LIMIT 10
            """),
        ("a dispatch has a result and is held as an exception: sequence, subscription, generation",
            """
            SELECT sequence, subscription, generation FROM exceptions x WHERE EXISTS
              (SELECT 1 FROM results r WHERE r.sequence = x.sequence AND r.subscription = x.subscription AND r.generation = x.generation) LIMIT 10
            """),
        ("an exception belongs to no subscription: sequence, subscription, generation",
            """
            SELECT sequence, subscription, generation FROM exceptions x
            WHERE NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.key = x.subscription AND s.deleted = 0) LIMIT 10
            """),
        ("a track belongs to no subscription: subscription, generation, floor",
            """
            SELECT subscription, generation, floor FROM tracks t
            WHERE NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.key = t.subscription AND s.deleted = 0) LIMIT 10
            """),
        ("a subscription has no main track or no lease: key, version, deleted",
            """
            SELECT key, version, deleted FROM subscriptions s
            WHERE deleted = 0 AND (NOT EXISTS (SELECT 1 FROM tracks t WHERE t.subscription = s.key AND t.generation = 0)
              OR NOT EXISTS (SELECT 1 FROM leases l WHERE l.subscription = s.key)) LIMIT 10
            """),
        ("a subscription's leases are not those of one layout, each with a main track: key, version, partitions",
            """
            SELECT key, version, partitions FROM subscriptions s
            JOIN (SELECT subscription, count(*) AS leases, count(DISTINCT layout) AS layouts, min(layout) AS layout, max(partition) + 1 AS last
              FROM leases GROUP BY subscription) l ON l.subscription = s.key
            WHERE deleted = 0 AND (layouts > 1 OR last <> leases OR (l.layout = s.layout AND leases <> partitions)
              OR leases <> (SELECT count(*) FROM tracks t WHERE t.subscription = s.key AND t.generation = 0)) LIMIT 10
            """),
        ("a subscription's newest version is missing: key, version, deleted",
            """
            SELECT key, version, deleted FROM subscriptions s
            WHERE version <> (SELECT coalesce(max(v.version), 0) FROM subscription_versions v WHERE v.key = s.key) LIMIT 10
            """),
    ];

    public static List<string> Run(SqliteConnection connection, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        using (var rows = connection.Use("PRAGMA integrity_check(20)"))
        {
            while (rows.Step())
            {
                if (rows.Text(0) is var text && text != "ok") problems.Add($"the database file: {text}");
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        CheckDensity(connection, problems);
        foreach (var (problem, sql) in s_rules)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var rows = connection.Use(sql);
            while (rows.Step()) problems.Add(string.Create(CultureInfo.InvariantCulture, $"{problem} {rows.Int64(0)}, {rows.Int64(1)}, {rows.Int64(2)}"));
        }

        return problems;
    }

    private static void CheckDensity(SqliteConnection connection, List<string> problems)
    {
        using var rows = connection.Use(DensitySql);
        rows.Step();
        var (count, first, last, trimmed) = (rows.Int64(0), rows.Int64(1), rows.Int64(2), rows.Int64(3));
        if (count == 0 || (first == trimmed + 1 && last - first + 1 == count)) return;
        problems.Add(string.Create(
            CultureInfo.InvariantCulture, $"the log has gaps: {count} events from {first} to {last}, trimmed up to {trimmed}"));
    }
}
