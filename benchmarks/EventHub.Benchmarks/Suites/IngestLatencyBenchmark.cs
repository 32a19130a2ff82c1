using EventHub.Benchmarks.Load;
using EventHub.Benchmarks.Measuring;
using EventHub.Benchmarks.Processes;

namespace EventHub.Benchmarks.Suites;

/// <summary>How long a publisher waits for its 202 at steady rates.</summary>
internal sealed class IngestLatencyBenchmark : IBenchmark
{
    public string Name => "ingest-latency";

    public string About => "time to the durable 202 at 200 and 2,000 events/s, open loop";

    public TimeSpan Estimate(BenchContext context) => 2 * context.WarmUp + (context.Rounds * 4 * context.Duration) + TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<Table>> RunAsync(BenchContext context)
    {
        using var blank = ChildProcess.Role("blank");
        using var hub = await HubProcess.StartAsync(context);
        string[] urls = [await blank.ReadLineAsync(), hub.Url];
        var requests = Enumerable.Range(0, 100).Select(i => RequestTemplate.One(key: i)).ToArray();
        foreach (var url in urls) await HttpLoad.ClosedAsync(url, requests, 64, context.WarmUp);
        var table = new Table("Time to the answer, ms (open loop, Poisson arrivals)", "events/s", "way", "p50", "p99", "p99.9", "max", "p99 ratio");
        foreach (var rate in new[] { 200, 2000 })
        {
            var sums = urls.Select(_ => new LatencyHistogram()).ToArray();
            await HttpLoad.OpenAsync(hub.Url, requests, rate, TimeSpan.FromSeconds(0.5));
            for (var round = 0; round < context.Rounds; round++)
            {
                for (var i = 0; i < urls.Length; i++) sums[i].Add((await HttpLoad.OpenAsync(urls[i], requests, rate, context.Duration)).Latencies);
            }

            Add(table, rate, "stores nothing", sums[0], sums[0]);
            Add(table, rate, "hub, SQLite FULL", sums[1], sums[0]);
        }

        return [table];
    }

    private static void Add(Table table, int rate, string way, LatencyHistogram latencies, LatencyHistogram reference) => table.Add(
        rate, way, latencies.Percentile(0.5), latencies.Percentile(0.99), latencies.Percentile(0.999), latencies.MaxMs, latencies.Percentile(0.99) / reference.Percentile(0.99));
}
