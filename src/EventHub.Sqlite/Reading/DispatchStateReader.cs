using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Reading;

/// <summary>Reads where the deliveries of a partition stand.</summary>
internal static class DispatchStateReader
{
    private const string TracksSql = "SELECT generation, floor, until FROM tracks WHERE subscription = ?1 AND partition = ?2 ORDER BY generation";

    private const string ExceptionsSql =
        $"SELECT {DispatchRows.ExceptionColumns} FROM exceptions WHERE subscription = ?1 AND state <> 3 ORDER BY sequence, generation";

    private const string EndedSql =
        """
        SELECT sequence FROM results INDEXED BY results_by_subscription
        WHERE subscription = ?1 AND sequence > ?2 AND generation = ?3 ORDER BY sequence LIMIT ?4
        """;

    public static DispatchState Read(SqliteConnection connection, int subscription, int partition)
    {
        var tracks = Tracks(connection, subscription, partition);
        var exceptions = new List<ExceptionRecord>();
        using (var rows = connection.Use(ExceptionsSql))
        {
            rows.Bind(1, subscription);
            while (rows.Step()) exceptions.Add(DispatchRows.ReadException(rows));
        }

        return new DispatchState { Tracks = tracks, Exceptions = exceptions };
    }

    public static List<long> ReadEnded(SqliteConnection connection, int subscription, int generation, long after, int limit)
    {
        var ended = new List<long>();
        using var rows = connection.Use(EndedSql);
        rows.Bind(1, subscription).Bind(2, after).Bind(3, generation).Bind(4, limit);
        while (rows.Step()) ended.Add(rows.Int64(0));
        return ended;
    }

    private static List<Track> Tracks(SqliteConnection connection, int subscription, int partition)
    {
        var tracks = new List<Track>();
        using var rows = connection.Use(TracksSql);
        rows.Bind(1, subscription).Bind(2, partition);
        while (rows.Step()) tracks.Add(new Track(rows.Int32(0), rows.Int64(1), rows.Int64OrNull(2)));
        return tracks;
    }
}
