using System.Diagnostics;
using EventHub.Benchmarks.Load;
using EventHub.Benchmarks.Measuring;
using EventHub.Benchmarks.Processes;

namespace EventHub.Benchmarks.Suites;

/// <summary>A destination that is down while events for it keep coming: what it costs the hub's memory, and others.</summary>
/// <param name="store">Of the hub: <c>sqlite</c> or <c>postgres</c>.</param>
internal sealed class DestinationDownBenchmark(string store) : IBenchmark
{
    private const string Flood = "bench.flood.created";
    private const string Probe = "bench.probe.created";

    // The discard port: nothing listens on it, connections are refused at once.
    private const string Down = "http://127.0.0.1:9/";

    public string Name => store == "sqlite" ? "destination-down" : "postgres-backlog";

    public string About => $"a million events for a destination that is down: memory, another webhook's latency, and its own next dispatch{(store == "sqlite" ? "" : "; on PostgreSQL")}";

    public TimeSpan Estimate(BenchContext context) => (2 * context.Duration) + TimeSpan.FromSeconds(context.IsQuick ? 40 : 150);

    public async Task<IReadOnlyList<Table>> RunAsync(BenchContext context)
    {
        var small = 1000;
        var total = context.IsQuick ? 100_000 : 1_000_000;
        using var receiver = await ReceiverProcess.StartAsync();
        using var place = await HubPlace.NewAsync(context, store);
        using var hub = await place.StartHubAsync(context);
        await hub.AddWebhookAsync($"{receiver.Url}/probe", Probe);
        await hub.AddWebhookAsync(Down, Flood);
        await HttpLoad.OpenAsync(hub.Url, [RequestTemplate.One(Probe)], 500, TimeSpan.FromSeconds(3));

        var latency = new Table("Another webhook's latency meanwhile, from publish to arrival, ms (100 events/s)", "backlog of the one that is down", "p50", "p99", "max");
        await FloodAsync(hub, small);
        Add(latency, $"{small:N0}", await ProbeAsync(context, hub, receiver, context.Duration));

        var memory = new Table("Resident memory of the hub while the backlog grows, MB", "backlog", "MB", "events/s in");
        memory.Add(small, Machine.ResidentMb(hub.ProcessId), null);
        var during = ProbeAsync(context, hub, receiver, TimeSpan.FromMinutes(5), out var stop);
        for (var sent = small; sent < total;)
        {
            var count = Math.Min(total - sent, total / 10);
            var rate = await FloodAsync(hub, count);
            sent += count;
            memory.Add(sent, Machine.ResidentMb(hub.ProcessId), rate);
        }

        await stop.CancelAsync();
        Add(latency, "while it grows (2 connections, batches of 100, flat out)", await during);
        stop.Dispose();
        Add(latency, $"{total:N0}", await ProbeAsync(context, hub, receiver, context.Duration));
        return [memory, latency, await ResumeAsync(context, total)];
    }

    private static void Add(Table table, string name, LatencyHistogram latencies) => table.Add(name, latencies.Percentile(0.5), latencies.Percentile(0.99), latencies.MaxMs);

    private static async Task<double> FloodAsync(HubProcess hub, int events)
    {
        var load = await HttpLoad.ClosedAsync(hub.Url, [RequestTemplate.Batch(100, Flood)], 2, TimeSpan.FromMinutes(10), events / 100);
        if (load.Refused > 0) throw new InvalidOperationException($"{load.Refused} batches were refused.");
        return load.PerSecond * 100;
    }

    private static Task<LatencyHistogram> ProbeAsync(BenchContext context, HubProcess hub, ReceiverProcess receiver, TimeSpan longest, out CancellationTokenSource stop)
    {
        var source = stop = new CancellationTokenSource();
        return Task.Run(async () =>
        {
            var sum = new LatencyHistogram();
            var started = Stopwatch.GetTimestamp();
            while (!source.IsCancellationRequested && Stopwatch.GetElapsedTime(started) < longest) sum.Add(await ProbeAsync(context, hub, receiver, TimeSpan.FromSeconds(1)));
            return sum;
        });
    }

    private static async Task<LatencyHistogram> ProbeAsync(BenchContext context, HubProcess hub, ReceiverProcess receiver, TimeSpan duration)
    {
        await receiver.ResetAsync();
        var load = await HttpLoad.OpenAsync(hub.Url, [RequestTemplate.One(Probe)], context.IsQuick ? 50 : 100, duration, 8);
        return (await receiver.WaitAsync(load.Answered, "/probe")).Latencies;
    }

    /// <summary>A webhook paused while so many events came: how soon its first one goes out, and how fast those after it.</summary>
    private async Task<Table> ResumeAsync(BenchContext context, int total)
    {
        const int Watched = 5000;
        var table = new Table("A paused webhook let go", "backlog", "first delivery after, ms", $"then deliveries/s over the first {Watched:N0}");
        using var receiver = await ReceiverProcess.StartAsync();
        using var place = await HubPlace.NewAsync(context, store);
        using var hub = await place.StartHubAsync(context);
        foreach (var backlog in new[] { Watched, Watched, total })
        {
            var id = await hub.AddWebhookAsync($"{receiver.Url}/resumed", Flood, ",\"paused\":true");
            await FloodAsync(hub, backlog);
            await receiver.ResetAsync();
            var started = Stopwatch.GetTimestamp();
            await hub.PatchWebhookAsync(id, """{"paused":false}""");
            var arrivals = await receiver.WaitAsync(Watched);
            await hub.DeleteWebhookAsync(id);
            var seconds = Stopwatch.GetElapsedTime(arrivals.FirstAt, arrivals.LastAt).TotalSeconds;
            table.Add(backlog, Stopwatch.GetElapsedTime(started, arrivals.FirstAt).TotalMilliseconds, arrivals.Count / seconds);
        }

        return table;
    }
}
