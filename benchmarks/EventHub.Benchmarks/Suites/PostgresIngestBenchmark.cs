using System.Diagnostics;
using EventHub.Benchmarks.Load;
using EventHub.Benchmarks.Measuring;
using EventHub.Benchmarks.Peers;
using EventHub.Benchmarks.Processes;
using EventHub.Postgres;

namespace EventHub.Benchmarks.Suites;

/// <summary>How many events a second the hub takes in on PostgreSQL, against a bare Npgsql batch insert on the same server.</summary>
internal sealed class PostgresIngestBenchmark : IBenchmark
{
    private const int Publishers = 64;
    private const int BatchSize = 50;

    public string Name => "postgres-ingest";

    public string About => "durable ingest on PostgreSQL, one event a request and batches of 50, against a bare Npgsql batch insert on the same server";

    public TimeSpan Estimate(BenchContext context) => (6 * context.WarmUp) + (context.Rounds * 6 * context.Duration) + TimeSpan.FromSeconds(10);

    public async Task<IReadOnlyList<Table>> RunAsync(BenchContext context)
    {
        var (server, connection) = await PostgresPeer.StartAsync(context);
        using var stops = server;
        using var hub = await HubProcess.StartAsync(context, "postgres", connection);
        await using var store = new PostgresStore(new PostgresOptions { ConnectionString = PostgresPeer.Npgsql(connection) });
        await store.OpenAsync(new NoObserver(), CancellationToken.None);
        await using var bare = await BarePostgresLog.OpenAsync(PostgresPeer.Npgsql(connection));
        var singles = Enumerable.Range(0, 100).Select(i => RequestTemplate.One(key: i)).ToArray();
        return
        [
            await MeasureAsync(context, "One event a request", 1, bare, store, hub, singles),
            await MeasureAsync(context, $"{BatchSize} events a request", BatchSize, bare, store, hub, [RequestTemplate.Batch(BatchSize)]),
        ];
    }

    private static async Task<Table> MeasureAsync(
        BenchContext context, string title, int events, BarePostgresLog bare, PostgresStore store, HubProcess hub, RequestTemplate[] requests)
    {
        var payloads = Enumerable.Repeat(EventBody.Payload, events).ToArray();
        (string Name, Func<TimeSpan, Task<double>> Run)[] ways =
        [
            ("bare Npgsql, in process", time => AppendAsync(time, () => bare.AppendAsync(payloads))),
            ("the hub's store, in process", time => AppendAsync(time, () => store.Log.AppendAsync(LogFill.Request(events, 100), CancellationToken.None).AsTask())),
            ("hub, over HTTP", async time => (await HttpLoad.ClosedAsync(hub.Url, requests, Publishers, time)).PerSecond),
        ];
        foreach (var way in ways) await way.Run(context.WarmUp);
        var rounds = await Rounds.RunAsync(context.Rounds, [.. ways.Select(way => (Func<Task<double>>)(async () => events * await way.Run(context.Duration)))]);
        var table = new Table($"{title}, {Publishers} at a time, PostgreSQL", "way", "events/s", "ratio");
        for (var i = 0; i < ways.Length; i++) table.Add(ways[i].Name, rounds.Median(i), rounds.Ratio(i, 0));
        return table;
    }

    /// <summary>Appends a second.</summary>
    private static async Task<double> AppendAsync(TimeSpan time, Func<Task> append)
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, Publishers).Select(async _ =>
        {
            await Task.Yield();
            var count = 0L;
            for (; Stopwatch.GetElapsedTime(started) < time; count++) await append();
            return count;
        }));
        return counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
