using System.Diagnostics;
using EventHub.Benchmarks.Measuring;
using EventHub.Events;
using EventHub.Sqlite;
using EventHub.Storage;

namespace EventHub.Benchmarks.Suites;

/// <summary>Whether anything gets slower as the log gets longer.</summary>
internal sealed class LogSizeBenchmark : IBenchmark
{
    private const int Organizations = 1000;

    public string Name => "log-size";

    public string About => "append, read, query and get by id on logs of 10 thousand and 1 million events (10 million with --full)";

    public TimeSpan Estimate(BenchContext context) => TimeSpan.FromSeconds(context.IsQuick ? 10 : context.IsFull ? 400 : 45) + (context.IsFull ? 12 : 8) * context.Duration;

    public async Task<IReadOnlyList<Table>> RunAsync(BenchContext context)
    {
        int[] sizes = context.IsQuick ? [10_000, 100_000] : context.IsFull ? [10_000, 1_000_000, 10_000_000] : [10_000, 1_000_000];
        var table = new Table(
            "Medians in µs, SQLite FULL, in process", "events in the log", "append one", "append 100", "read a page of 100 anywhere", "100 newest of a type", "100 newest of a tenant", "get by id", "file, MB");
        foreach (var size in sizes)
        {
            var directory = context.NewDirectory();
            await using var store = new SqliteStore(new SqliteOptions { DataDirectory = directory });
            await store.OpenAsync(new NoObserver(), CancellationToken.None);
            var ids = await LogFill.FillAsync(store, size, Organizations);
            await MeasureAsync(context, store.Log, size, ids, new Table("", [.. table.Columns]), directory);
            await MeasureAsync(context, store.Log, size, ids, table, directory);
        }

        return [table];
    }

    private static async Task MeasureAsync(BenchContext context, IEventLog log, int size, IReadOnlyList<Guid> ids, Table table, string directory)
    {
        var random = new Random(7);
        table.Add(
            size,
            await MedianAsync(context, () => log.AppendAsync(LogFill.Request(1, Organizations), CancellationToken.None)),
            await MedianAsync(context, () => log.AppendAsync(LogFill.Request(100, Organizations), CancellationToken.None)),
            await MedianAsync(context, () => log.ReadAsync(random.Next(size - 100), 100, 4 << 20, null, CancellationToken.None)),
            await MedianAsync(context, () => log.QueryAsync(new EventQuery { Types = [TypePattern.Parse("bench.order.created")], Descending = true, Limit = 100 }, CancellationToken.None)),
            await MedianAsync(context, () => log.QueryAsync(new EventQuery { OrganizationId = $"org-{random.Next(Organizations):D4}", Descending = true, Limit = 100 }, CancellationToken.None)),
            await MedianAsync(context, () => log.FindAsync(ids[random.Next(ids.Count)], CancellationToken.None)),
            new DirectoryInfo(directory).EnumerateFiles().Sum(f => f.Length) / 1e6);
    }

    private static async Task<double> MedianAsync<T>(BenchContext context, Func<ValueTask<T>> operation)
    {
        var times = new List<double>();
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < context.Seconds / 3)
        {
            var before = Stopwatch.GetTimestamp();
            await operation();
            times.Add(Stopwatch.GetElapsedTime(before).TotalMicroseconds);
        }

        return Rounds.MedianOf([.. times]);
    }
}
