using EventHub.Benchmarks.Measuring;
using EventHub.Benchmarks.Processes;

namespace EventHub.Benchmarks.Suites;

/// <summary>The whole job: events in over HTTP one by one, durable, two webhooks out for each, results recorded.</summary>
internal sealed class WholeJobBenchmark : IBenchmark
{
    private const string Path = "/hook";
    private const string Processed = "eventbroker_events_processed_total";

    public string Name => "whole-job";

    public string About => "HTTP in, durable, two webhooks out, results recorded: deliveries/s, and time from publish to arrival";

    public TimeSpan Estimate(BenchContext context) => 3 * context.WarmUp + context.Rounds * (4.5 * context.Duration) + TimeSpan.FromSeconds(10);

    public async Task<IReadOnlyList<Table>> RunAsync(BenchContext context)
    {
        using var receiver = await ReceiverProcess.StartAsync();
        using var loop = await ClientLoopProcess.StartAsync();
        using var hub = await HubProcess.StartAsync(context);
        for (var i = 0; i < WholeJob.Webhooks; i++) await hub.AddWebhookAsync($"{receiver.Url}{Path}/{i}");
        await loop.MeasureAsync($"{receiver.Url}/loop", 64, context.WarmUp.TotalSeconds);
        await ThroughputAsync(hub, receiver, 2 * context.WarmUp);
        var (before, processed) = (hub.Process.ProcessorTime, await hub.MetricAsync(Processed));
        var rounds = await Rounds.RunAsync(
            context.Rounds,
            () => ThroughputAsync(hub, receiver, context.Duration),
            () => loop.MeasureAsync($"{receiver.Url}/loop", 64, context.Seconds));
        var throughput = new Table("The whole job, deliveries/s (64 publishers as fast as they are answered, until the last delivery is recorded)", "hub", "HttpClient loop, 64 in flight", "ratio", "hub: processor µs/delivery");
        var processor = (hub.Process.ProcessorTime - before).TotalMicroseconds / (await hub.MetricAsync(Processed) - processed);
        throughput.Add(rounds.Median(0), rounds.Median(1), rounds.Ratio(0, 1), processor);
        return [throughput, await LatencyAsync(context, hub, receiver)];
    }

    private static async Task<double> ThroughputAsync(HubProcess hub, ReceiverProcess receiver, TimeSpan duration)
    {
        var processed = await hub.MetricAsync(Processed);
        var (perSecond, deliveries) = await WholeJob.ThroughputAsync(hub.Url, receiver, Path, duration);
        while (await hub.MetricAsync(Processed) - processed < deliveries) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        return perSecond;
    }

    private static async Task<Table> LatencyAsync(BenchContext context, HubProcess hub, ReceiverProcess receiver)
    {
        var table = new Table("From the planned publish to the webhook's arrival, ms (open loop, two webhooks)", "events/s", "p50", "p99", "p99.9", "max", "202: p50", "202: p99");
        foreach (var rate in new[] { 200, 2000 })
        {
            var (arrived, answered) = (new LatencyHistogram(), new LatencyHistogram());
            await WholeJob.LatencyAsync(hub.Url, receiver, Path, rate, TimeSpan.FromSeconds(0.5));
            for (var round = 0; round < context.Rounds; round++)
            {
                var (toArrival, toAnswer) = await WholeJob.LatencyAsync(hub.Url, receiver, Path, rate, context.Duration);
                arrived.Add(toArrival);
                answered.Add(toAnswer);
            }

            table.Add(
                rate, arrived.Percentile(0.5), arrived.Percentile(0.99), arrived.Percentile(0.999), arrived.MaxMs, answered.Percentile(0.5), answered.Percentile(0.99));
        }

        return table;
    }
}
