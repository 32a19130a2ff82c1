using EventHub.Benchmarks.Measuring;
using EventHub.Benchmarks.Peers;
using EventHub.Benchmarks.Processes;

namespace EventHub.Benchmarks.Suites;

/// <summary>The whole job on one PostgreSQL server: done by the hub, and by pg-boss with a Node program that fills it and a worker.</summary>
internal sealed class PostgresWholeJobBenchmark : IBenchmark
{
    private const double LatencyRate = 200;

    public string Name => "postgres-whole-job";

    public string About => "HTTP in, two webhooks out, on PostgreSQL: the hub beside pg-boss on the same server";

    public TimeSpan Estimate(BenchContext context) => TimeSpan.FromSeconds(15) + (2 * context.WarmUp) + (context.Rounds * 6 * context.Duration);

    public async Task<IReadOnlyList<Table>> RunAsync(BenchContext context)
    {
        using var receiver = await ReceiverProcess.StartAsync();
        var (server, connection) = await PostgresPeer.StartAsync(context);
        using var stops = server;
        using var hub = await HubProcess.StartAsync(context, "postgres", connection);
        foreach (var url in Webhooks(receiver, 0)) await hub.AddWebhookAsync(url);
        using var boss = await JobPeer.PgBossAsync(context, connection, Webhooks(receiver, 1));
        (string Name, string Url, long Bound)[] ways = [("hub", hub.Url, long.MaxValue), (boss.Name, boss.Url, (long)(1000 * context.Seconds))];
        for (var i = 0; i < ways.Length; i++) await WholeJob.ThroughputAsync(ways[i].Url, receiver, Path(i), context.WarmUp, i == 0 ? long.MaxValue : 2000);
        var rounds = await Rounds.RunAsync(context.Rounds, [.. ways.Select((way, i) => (Func<Task<double>>)(async () =>
            (await WholeJob.ThroughputAsync(way.Url, receiver, Path(i), context.Duration, way.Bound)).PerSecond))]);
        var throughput = new Table("The whole job on one PostgreSQL: 64 publishers, two webhooks an event", "way", "deliveries/s", "hub : it");
        for (var i = 0; i < ways.Length; i++) throughput.Add(ways[i].Name, rounds.Median(i), rounds.Ratio(0, i));

        var latency = new Table($"From the planned publish to the webhook's arrival at {LatencyRate} events/s, ms", "way", "p50", "p99", "max", "202: p50", "202: p99");
        var sums = ways.Select(_ => (Arrived: new LatencyHistogram(), Answered: new LatencyHistogram())).ToArray();
        for (var round = 0; round < context.Rounds; round++)
        {
            for (var i = 0; i < ways.Length; i++)
            {
                var (arrived, answered) = await WholeJob.LatencyAsync(ways[i].Url, receiver, Path(i), LatencyRate, context.Duration);
                sums[i].Arrived.Add(arrived);
                sums[i].Answered.Add(answered);
            }
        }

        for (var i = 0; i < ways.Length; i++)
        {
            var (arrived, answered) = sums[i];
            latency.Add(ways[i].Name, arrived.Percentile(0.5), arrived.Percentile(0.99), arrived.MaxMs, answered.Percentile(0.5), answered.Percentile(0.99));
        }

        return [throughput, latency];
    }

    private static string Path(int way) => $"/way{way}";

    private static string[] Webhooks(ReceiverProcess receiver, int way) => [.. Enumerable.Range(0, WholeJob.Webhooks).Select(i => $"{receiver.Url}{Path(way)}/{i}")];
}
