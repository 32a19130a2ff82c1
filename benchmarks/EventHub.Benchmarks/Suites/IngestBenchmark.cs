using EventHub.Benchmarks.Load;
using EventHub.Benchmarks.Measuring;
using EventHub.Benchmarks.Processes;

namespace EventHub.Benchmarks.Suites;

/// <summary>How many events a second come in over HTTP, durably, against the same server storing nothing.</summary>
internal sealed class IngestBenchmark : IBenchmark
{
    private const int Connections = 64;
    private const int BatchSize = 50;

    public string Name => "ingest";

    public string About => "durable ingest over HTTP, one event a request and batches of 50, against an endpoint that stores nothing";

    public TimeSpan Estimate(BenchContext context) => 6 * context.WarmUp + (context.Rounds * 6 * context.Duration) + TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<Table>> RunAsync(BenchContext context)
    {
        using var blank = ChildProcess.Role("blank");
        var blankUrl = await blank.ReadLineAsync();
        using var memory = await HubProcess.StartAsync(context, "memory");
        using var sqlite = await HubProcess.StartAsync(context);
        (string Name, string Url, ChildProcess Process)[] ways =
        [
            ("endpoint that stores nothing", blankUrl, blank), ("hub, memory store", memory.Url, memory.Process), ("hub, SQLite FULL", sqlite.Url, sqlite.Process),
        ];
        return
        [
            await MeasureAsync(context, "One event a request", ways, [.. Enumerable.Range(0, 100).Select(i => RequestTemplate.One(key: i))]),
            await MeasureAsync(context, $"{BatchSize} events a request", ways, [RequestTemplate.Batch(BatchSize)]),
        ];
    }

    private static async Task<Table> MeasureAsync(BenchContext context, string title, (string Name, string Url, ChildProcess Process)[] ways, RequestTemplate[] requests)
    {
        var events = requests[0].Events;
        foreach (var way in ways) await HttpLoad.ClosedAsync(way.Url, requests, Connections, context.WarmUp);
        var processor = ways.Select(_ => new List<double>()).ToArray();
        var rounds = await Rounds.RunAsync(context.Rounds, [.. ways.Select((way, i) => (Func<Task<double>>)(async () =>
        {
            var before = way.Process.ProcessorTime;
            var load = await HttpLoad.ClosedAsync(way.Url, requests, Connections, context.Duration);
            processor[i].Add((way.Process.ProcessorTime - before).TotalMicroseconds / (load.Answered * events));
            return load.PerSecond * events;
        }))]);
        var table = new Table($"{title}, {Connections} connections", "way", "events/s", "ratio", "processor µs/event");
        for (var i = 0; i < ways.Length; i++) table.Add(ways[i].Name, rounds.Median(i), rounds.Ratio(i, 0), Rounds.MedianOf([.. processor[i]]));
        return table;
    }
}
