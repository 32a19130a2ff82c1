using System.Diagnostics;
using EventHub.Benchmarks.Measuring;
using EventHub.Sqlite;
using SQLitePCL;

namespace EventHub.Benchmarks.Suites;

/// <summary>How fast a reader that has fallen behind reads the log.</summary>
internal sealed class CatchUpBenchmark : IBenchmark
{
    public string Name => "catch-up";

    public string About => "reading the whole log from the store, against bare SQLite stepping over the same rows";

    public TimeSpan Estimate(BenchContext context) => TimeSpan.FromSeconds((context.IsQuick ? 4 : 12) + (context.Rounds * 5));

    public async Task<IReadOnlyList<Table>> RunAsync(BenchContext context)
    {
        var size = context.IsQuick ? 50_000 : 300_000;
        var directory = context.NewDirectory();
        await using var store = new SqliteStore(new SqliteOptions { DataDirectory = directory });
        await store.OpenAsync(new NoObserver(), CancellationToken.None);
        await LogFill.FillAsync(store, size, 1000);
        var table = new Table("Reading the log from its beginning, events/s", "page", "hub", "bare SQLite", "ratio");
        for (var i = 0; i < 3; i++) ReadBare(directory);
        foreach (var page in new[] { 128, 1000 })
        {
            for (var i = 0; i < 3; i++) await ReadAsync(store, page);
            var rounds = await Rounds.RunAsync(context.Rounds, () => ReadAsync(store, page), () => Task.FromResult(ReadBare(directory)));
            table.Add(page, rounds.Median(0), rounds.Median(1), rounds.Ratio(0, 1));
        }

        return [table];
    }

    private static async Task<double> ReadAsync(SqliteStore store, int pageSize)
    {
        var started = Stopwatch.GetTimestamp();
        var (count, after) = (0L, 0L);
        while (true)
        {
            var page = await store.Log.ReadAsync(after, pageSize, 4 << 20, null, CancellationToken.None);
            if (page.Events.Count == 0) return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
            count += page.Events.Count;
            after = page.Through;
        }
    }

    /// <summary>Every column of every row, payloads copied out, nothing made of them.</summary>
    private static double ReadBare(string directory)
    {
        raw.sqlite3_open_v2(Path.Combine(directory, "eventhub.db"), out var database, raw.SQLITE_OPEN_READWRITE, null!);
        using (database)
        {
            raw.sqlite3_prepare_v2(database, "SELECT * FROM events ORDER BY sequence", out var statement);
            using (statement)
            {
                var started = Stopwatch.GetTimestamp();
                var count = 0L;
                var columns = raw.sqlite3_column_count(statement);
                for (; raw.sqlite3_step(statement) == raw.SQLITE_ROW; count++)
                {
                    for (var i = 0; i < columns - 1; i++) _ = raw.sqlite3_column_blob(statement, i).Length;
                    _ = raw.sqlite3_column_blob(statement, columns - 1).ToArray();
                }

                return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
            }
        }
    }
}
