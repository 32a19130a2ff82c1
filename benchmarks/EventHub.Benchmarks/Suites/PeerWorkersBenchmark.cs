using EventHub.Benchmarks.Measuring;
using EventHub.Benchmarks.Peers;
using EventHub.Benchmarks.Processes;

namespace EventHub.Benchmarks.Suites;

/// <summary>The whole job done by the hub and by what people build otherwise: a queue, a program that fills it, and a worker.</summary>
internal sealed class PeerWorkersBenchmark : IBenchmark
{
    public string Name => "peer-workers";

    public string About => "the whole job, beside BullMQ on Redis and pg-boss on PostgreSQL with a Node webhook worker";

    public TimeSpan Estimate(BenchContext context) => TimeSpan.FromSeconds(25) + 2 * context.WarmUp + (context.Rounds * 11 * context.Duration);

    public async Task<IReadOnlyList<Table>> RunAsync(BenchContext context)
    {
        using var receiver = await ReceiverProcess.StartAsync();
        using var hub = await HubProcess.StartAsync(context);
        foreach (var url in WholeJobWays.Webhooks(receiver, 0)) await hub.AddWebhookAsync(url);
        using var everySecond = await JobPeer.BullMqAsync(context, "everysec", WholeJobWays.Webhooks(receiver, 1));
        using var always = await JobPeer.BullMqAsync(context, "always", WholeJobWays.Webhooks(receiver, 2));
        using var pgBoss = await JobPeer.PgBossAsync(context, WholeJobWays.Webhooks(receiver, 3));
        (string Name, string Durability, string Url)[] ways =
        [
            ("hub, SQLite FULL", "fsync", hub.Url), .. new[] { everySecond, always, pgBoss }.Select(p => (p.Name, p.Durability, p.Url)),
        ];

        // What a peer gets is bounded: at its rate, a backlog of the hub's size would take minutes to deliver.
        var bound = (long)(1000 * context.Seconds);
        for (var i = 0; i < ways.Length; i++) await WholeJob.ThroughputAsync(ways[i].Url, receiver, WholeJobWays.Path(i), context.WarmUp, i == 0 ? long.MaxValue : 2000);
        var rounds = await Rounds.RunAsync(context.Rounds, [.. ways.Select((way, i) => (Func<Task<double>>)(async () =>
            (await WholeJob.ThroughputAsync(way.Url, receiver, WholeJobWays.Path(i), context.Duration, i == 0 ? long.MaxValue : bound)).PerSecond))]);
        var throughput = new Table("The whole job beside queues with a worker: 64 publishers, two webhooks an event", "way", "durable at the 202", "deliveries/s", "hub : it");
        for (var i = 0; i < ways.Length; i++) throughput.Add(ways[i].Name, ways[i].Durability, rounds.Median(i), rounds.Ratio(0, i));
        return [throughput, await WholeJobWays.LatencyAsync(context, receiver, [.. ways.Select(way => (way.Name, way.Url))])];
    }
}
