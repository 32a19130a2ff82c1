using EventHub.Benchmarks.Load;
using EventHub.Benchmarks.Measuring;
using EventHub.Benchmarks.Processes;

namespace EventHub.Benchmarks.Suites;

/// <summary>How many events a second come in over HTTP, durably, against the same server storing nothing.</summary>
internal sealed class IngestBenchmark : IBenchmark
{
    private const int Connections = 64;
    private const int ManyConnections = 256;
    private const int BatchSize = 50;

    public string Name => "ingest";

    public string About => "durable ingest over HTTP, one event a request and batches of 50, against an endpoint that stores nothing";

    public TimeSpan Estimate(BenchContext context) => (12 * context.WarmUp) + (context.Rounds * 12 * context.Duration) + TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<Table>> RunAsync(BenchContext context)
    {
        using var blank = ChildProcess.Role("blank");
        var blankUrl = await blank.ReadLineAsync();
        using var memory = await HubProcess.StartAsync(context, "memory");
        using var sqlite = await HubProcess.StartAsync(context);
        Way[] ways =
        [
            new("endpoint that stores nothing", blankUrl, blank), new("the same, with model binding", blankUrl, blank, "/bound"),
            new("hub, memory store", memory.Url, memory.Process), new("hub, SQLite FULL", sqlite.Url, sqlite.Process),
        ];
        return
        [
            await MeasureAsync(context, "One event a request", ways, Connections, Singles),
            await MeasureAsync(context, "One event a request", ways, ManyConnections, Singles),
            await MeasureAsync(context, $"{BatchSize} events a request", ways, Connections, way => [RequestTemplate.Batch(BatchSize, prefix: way.Prefix)]),
        ];
    }

    private static RequestTemplate[] Singles(Way way) => [.. Enumerable.Range(0, 100).Select(i => RequestTemplate.One(key: i, prefix: way.Prefix))];

    private static async Task<Table> MeasureAsync(BenchContext context, string title, Way[] ways, int connections, Func<Way, RequestTemplate[]> requestsOf)
    {
        var requests = ways.Select(requestsOf).ToArray();
        var events = requests[0][0].Events;
        for (var i = 0; i < ways.Length; i++) await HttpLoad.ClosedAsync(ways[i].Url, requests[i], connections, context.WarmUp);
        var processor = ways.Select(_ => new List<double>()).ToArray();
        var rounds = await Rounds.RunAsync(context.Rounds, [.. ways.Select((way, i) => (Func<Task<double>>)(async () =>
        {
            var before = way.Process.ProcessorTime;
            var load = await HttpLoad.ClosedAsync(way.Url, requests[i], connections, context.Duration);
            if (load.Refused > 0) throw new InvalidOperationException($"{way.Name} refused {load.Refused} requests.");
            processor[i].Add((way.Process.ProcessorTime - before).TotalMicroseconds / (load.Answered * events));
            return load.PerSecond * events;
        }))]);
        var table = new Table($"{title}, {connections} connections", "way", "events/s", "ratio", "processor µs/event");
        for (var i = 0; i < ways.Length; i++) table.Add(ways[i].Name, rounds.Median(i), rounds.Ratio(i, 0), Rounds.MedianOf([.. processor[i]]));
        return table;
    }

    /// <summary>What takes events.</summary>
    private sealed record Way(string Name, string Url, ChildProcess Process, string Prefix = "");
}
