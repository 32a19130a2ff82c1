using EventHub.Benchmarks.Measuring;
using EventHub.Benchmarks.Peers;

namespace EventHub.Benchmarks.Suites;

/// <summary>From publishers to one consumer: the hub, and brokers for which that is the whole job.</summary>
internal sealed class PeerBrokersBenchmark : IBenchmark
{
    private const double LatencyRate = 1000;

    public string Name => "peer-brokers";

    public string About => "publish to consume, beside RabbitMQ and NATS JetStream";

    public TimeSpan Estimate(BenchContext context) => TimeSpan.FromSeconds(20) + (3 * context.WarmUp) + (context.Rounds * 7 * context.Duration);

    public async Task<IReadOnlyList<Table>> RunAsync(BenchContext context)
    {
        await using var hub = await HubBroker.StartAsync(context);
        await using var rabbit = await RabbitBroker.StartAsync(context);
        await using var nats = await NatsBroker.StartAsync(context);
        IBroker[] brokers = [hub, rabbit, nats];
        foreach (var broker in brokers) await broker.RunAsync(null, context.WarmUp);
        var rounds = await Rounds.RunAsync(context.Rounds, [.. brokers.Select(b => (Func<Task<double>>)(async () => (await b.RunAsync(null, context.Duration)).PerSecond))]);
        var sums = brokers.Select(_ => new LatencyHistogram()).ToArray();
        for (var round = 0; round < context.Rounds; round++)
        {
            for (var i = 0; i < brokers.Length; i++)
            {
                Machine.Settle();
                sums[i].Add((await brokers[i].RunAsync(LatencyRate, context.Duration)).Latencies);
            }
        }

        var rates = new Table($"Publish to consume: {IBroker.InFlight} publishes in flight, one consumer", "way", "durable at the answer", "events/s", "hub : it");
        var latency = new Table($"From the planned publish to the consumer at {LatencyRate:N0} events/s, ms", "way", "p50", "p99", "p99.9", "max");
        for (var i = 0; i < brokers.Length; i++)
        {
            rates.Add(brokers[i].Name, brokers[i].Durability, rounds.Median(i), rounds.Ratio(0, i));
            latency.Add(brokers[i].Name, sums[i].Percentile(0.5), sums[i].Percentile(0.99), sums[i].Percentile(0.999), sums[i].MaxMs);
        }

        return [rates, latency];
    }
}
