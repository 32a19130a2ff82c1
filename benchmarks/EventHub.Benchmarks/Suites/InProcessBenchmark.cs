using System.Diagnostics;
using System.Text;
using EventHub.Benchmarks.Measuring;

namespace EventHub.Benchmarks.Suites;

/// <summary>The hub as a library: appends, and appends with a handler that gets them, against the least SQLite that is as durable.</summary>
internal sealed class InProcessBenchmark : IBenchmark
{
    private const int Publishers = 64;

    public string Name => "in-process";

    public string About => "in-process append, and append to handler, against bare SQLite group commit";

    public TimeSpan Estimate(BenchContext context) => (2.5 * context.WarmUp) + (((context.Rounds * 5) + 1) * context.Duration);

    public async Task<IReadOnlyList<Table>> RunAsync(BenchContext context)
    {
        var handler = new CountingHandler();
        await using var log = await InProcessHub.StartAsync(context.NewDirectory());
        await using var handled = await InProcessHub.StartAsync(context.NewDirectory(), handler);
        using var bare = new BareSqliteLog(context.NewDirectory());
        await handled.SubscribeAsync("bench.**");
        var payload = Encoding.UTF8.GetBytes(Load.EventBody.Payload);
        var batch = Enumerable.Repeat(payload, 100).ToArray();
        var events = Enumerable.Range(0, 100).Select(_ => InProcessHub.NewEvent()).ToArray();
        Func<double, Task<double>>[] ways =
        [
            seconds => PublishAsync(seconds, () => new ValueTask(bare.AppendAsync(payload))),
            seconds => PublishAsync(seconds, () => log.PublishAsync(InProcessHub.NewEvent())),
            seconds => HandleAsync(seconds, handled, handler),
            async seconds => 100 * await PublishAsync(seconds, () => new ValueTask(bare.AppendAsync(batch))),
            async seconds => 100 * await PublishAsync(seconds, () => log.PublishBatchAsync(events)),
        ];
        foreach (var way in ways) await way(context.WarmUp.TotalSeconds / 2);
        var rounds = await Rounds.RunAsync(context.Rounds, [.. ways.Select(way => (Func<Task<double>>)(() => way(context.Seconds)))]);
        var rates = new Table($"In process, {Publishers} publishers, events/s", "way", "events/s", "ratio to bare SQLite");
        rates.Add("bare SQLite group commit", rounds.Median(0), rounds.Ratio(0, 0));
        rates.Add("append", rounds.Median(1), rounds.Ratio(1, 0));
        rates.Add("append, handled, result recorded", rounds.Median(2), rounds.Ratio(2, 0));
        rates.Add("bare SQLite group commit, 100 at a time", rounds.Median(3), rounds.Ratio(3, 3));
        rates.Add("append, 100 at a time", rounds.Median(4), rounds.Ratio(4, 3));

        var latency = new Table("From publish to handler in process, ms (one event at a time)", "p50", "p99", "p99.9", "max");
        var each = await OneByOneAsync(context, handled, handler);
        latency.Add(each.Percentile(0.5), each.Percentile(0.99), each.Percentile(0.999), each.MaxMs);
        return [rates, latency];
    }

    /// <summary>Appends per second.</summary>
    private static async Task<double> PublishAsync(double seconds, Func<ValueTask> publish)
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, Publishers).Select(async _ =>
        {
            await Task.Yield();
            var count = 0L;
            for (; Stopwatch.GetElapsedTime(started).TotalSeconds < seconds; count++) await publish();
            return count;
        }));
        return counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<double> HandleAsync(double seconds, InProcessHub hub, CountingHandler handler)
    {
        var total = (long)(15_000 * seconds) / Publishers * Publishers;
        var done = handler.Expect(total);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(async _ =>
        {
            await Task.Yield();
            for (var i = 0; i < total / Publishers; i++) await hub.PublishAsync(InProcessHub.NewEvent());
        }));
        await done;
        return total / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<LatencyHistogram> OneByOneAsync(BenchContext context, InProcessHub hub, CountingHandler handler)
    {
        var sum = new LatencyHistogram();
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < context.Duration)
        {
            var done = handler.Expect(1);
            await hub.PublishAsync(InProcessHub.NewEvent(sentAt: Stopwatch.GetTimestamp()));
            await done;
            sum.Add(handler.Latencies);
        }

        return sum;
    }
}
