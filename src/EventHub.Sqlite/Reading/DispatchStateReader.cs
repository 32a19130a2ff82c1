using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Reading;

/// <summary>Reads where a subscription's deliveries stand.</summary>
internal static class DispatchStateReader
{
    private const string TracksSql = "SELECT generation, floor, until FROM tracks WHERE subscription = ?1 ORDER BY generation";

    private const string ExceptionsSql =
        $"SELECT {DispatchRows.ExceptionColumns} FROM exceptions WHERE subscription = ?1 AND state <> 3 ORDER BY sequence, generation";

    private const string EndedSql =
        """
        SELECT sequence FROM results INDEXED BY results_by_subscription
        WHERE subscription = ?1 AND sequence > ?2 AND generation = ?3 ORDER BY sequence
        """;

    public static DispatchState Read(SqliteConnection connection, int subscription)
    {
        var tracks = Tracks(connection, subscription);
        var exceptions = new List<ExceptionRecord>();
        using (var rows = connection.Use(ExceptionsSql))
        {
            rows.Bind(1, subscription);
            while (rows.Step()) exceptions.Add(DispatchRows.ReadException(rows));
        }

        var ended = new List<DispatchKey>();
        foreach (var track in tracks)
        {
            using var rows = connection.Use(EndedSql);
            rows.Bind(1, subscription).Bind(2, track.Floor).Bind(3, track.Generation);
            while (rows.Step()) ended.Add(new DispatchKey(rows.Int64(0), subscription, track.Generation));
        }

        return new DispatchState { Tracks = tracks, Exceptions = exceptions, EndedAboveFloor = ended };
    }

    private static List<Track> Tracks(SqliteConnection connection, int subscription)
    {
        var tracks = new List<Track>();
        using var rows = connection.Use(TracksSql);
        rows.Bind(1, subscription);
        while (rows.Step()) tracks.Add(new Track(rows.Int32(0), rows.Int64(1), rows.Int64OrNull(2)));
        return tracks;
    }
}
