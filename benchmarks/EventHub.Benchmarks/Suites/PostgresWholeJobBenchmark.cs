using EventHub.Benchmarks.Measuring;
using EventHub.Benchmarks.Peers;
using EventHub.Benchmarks.Processes;

namespace EventHub.Benchmarks.Suites;

/// <summary>The whole job on one PostgreSQL server: done by the hub, and by pg-boss with a Node program that fills it and a worker.</summary>
internal sealed class PostgresWholeJobBenchmark : IBenchmark
{
    public string Name => "postgres-whole-job";

    public string About => "HTTP in, two webhooks out, on PostgreSQL: the hub beside pg-boss on the same server";

    public TimeSpan Estimate(BenchContext context) => TimeSpan.FromSeconds(15) + (2 * context.WarmUp) + (context.Rounds * 6 * context.Duration);

    public async Task<IReadOnlyList<Table>> RunAsync(BenchContext context)
    {
        using var receiver = await ReceiverProcess.StartAsync();
        var (server, connection) = await PostgresPeer.StartAsync(context);
        using var stops = server;
        using var hub = await HubProcess.StartAsync(context, "postgres", connection);
        foreach (var url in WholeJobWays.Webhooks(receiver, 0)) await hub.AddWebhookAsync(url);
        using var boss = await JobPeer.PgBossAsync(context, connection, WholeJobWays.Webhooks(receiver, 1));
        (string Name, string Url, long Bound)[] ways = [("hub", hub.Url, long.MaxValue), (boss.Name, boss.Url, (long)(1000 * context.Seconds))];
        for (var i = 0; i < ways.Length; i++) await WholeJob.ThroughputAsync(ways[i].Url, receiver, WholeJobWays.Path(i), context.WarmUp, i == 0 ? long.MaxValue : 2000);
        var rounds = await Rounds.RunAsync(context.Rounds, [.. ways.Select((way, i) => (Func<Task<double>>)(async () =>
            (await WholeJob.ThroughputAsync(way.Url, receiver, WholeJobWays.Path(i), context.Duration, way.Bound)).PerSecond))]);
        var throughput = new Table("The whole job on one PostgreSQL: 64 publishers, two webhooks an event", "way", "deliveries/s", "hub : it");
        for (var i = 0; i < ways.Length; i++) throughput.Add(ways[i].Name, rounds.Median(i), rounds.Ratio(0, i));
        return [throughput, await WholeJobWays.LatencyAsync(context, receiver, [.. ways.Select(way => (way.Name, way.Url))])];
    }
}
