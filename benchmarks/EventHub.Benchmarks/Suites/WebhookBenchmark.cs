using System.Diagnostics;
using EventHub.Benchmarks.Load;
using EventHub.Benchmarks.Measuring;
using EventHub.Benchmarks.Processes;

namespace EventHub.Benchmarks.Suites;

/// <summary>How fast webhooks go out of a backlog, against a bare HttpClient loop with as many requests in flight to the same receiver.</summary>
internal sealed class WebhookBenchmark : IBenchmark
{
    private const int Concurrency = 64;

    public string Name => "webhooks";

    public string About => "webhook deliveries out of a backlog, by subscriptions, order and failures, against a bare HttpClient loop";

    public TimeSpan Estimate(BenchContext context) => (3 * context.WarmUp) + (context.Rounds * 20 * context.Duration) + TimeSpan.FromSeconds(10);

    public async Task<IReadOnlyList<Table>> RunAsync(BenchContext context)
    {
        using var receiver = await ReceiverProcess.StartAsync();
        using var loop = await ClientLoopProcess.StartAsync();
        using var hub = await HubProcess.StartAsync(context);
        var table = new Table("Webhook deliveries out of a backlog, per second", "case", "in flight, at most", "hub", "HttpClient loop", "ratio");
        await loop.MeasureAsync($"{receiver.Url}/warm", Concurrency, context.WarmUp.TotalSeconds);
        await DrainAsync(hub, receiver, 1, "/warm", "", (int)(8000 * context.WarmUp.TotalSeconds));
        (string Case, int Count, string Path, string More)[] cases =
        [
            ("1 subscription", 1, "/hook", ""),
            ("3 subscriptions", 3, "/hook", ""),
            ("10 subscriptions", 10, "/hook", ""),
            ("1 subscription, in order by organization_id (100 keys)", 1, "/hook", ",\"ordering_key\":\"organization_id\""),
            ("1 subscription, 5 % answered 500 and repeated at once", 1, "/fail", ",\"retry\":{\"limit\":10,\"constant_seconds\":0}"),
        ];
        foreach (var (name, count, path, more) in cases)
        {
            var deliveries = (int)(12_000 * context.Seconds);
            var rounds = await Rounds.RunAsync(
                context.Rounds,
                () => DrainAsync(hub, receiver, count, path, more, deliveries / count),
                () => loop.MeasureAsync($"{receiver.Url}/loop", Concurrency * count, context.Seconds));
            table.Add(name, Concurrency * count, rounds.Median(0), rounds.Median(1), rounds.Ratio(0, 1));
        }

        return [table];
    }

    /// <summary>Publishes while the webhooks are paused, lets them go, and takes the time to the last delivery.</summary>
    private static async Task<double> DrainAsync(HubProcess hub, ReceiverProcess receiver, int subscriptions, string path, string more, int events)
    {
        var ids = new List<string>();
        for (var i = 0; i < subscriptions; i++) ids.Add(await hub.AddWebhookAsync($"{receiver.Url}{path}/{i}", "*", ",\"paused\":true" + more));
        await HttpLoad.ClosedAsync(hub.Url, [RequestTemplate.Batch(100)], 1, TimeSpan.FromMinutes(1), events / 100);
        await receiver.ResetAsync();
        var started = Stopwatch.GetTimestamp();
        foreach (var id in ids) await hub.PatchWebhookAsync(id, """{"paused":false}""");
        var expected = events / 100 * 100L * subscriptions;
        var arrivals = await receiver.WaitAsync(expected, path);
        foreach (var id in ids) await hub.DeleteWebhookAsync(id);
        return expected / Stopwatch.GetElapsedTime(started, arrivals.LastAt).TotalSeconds;
    }
}
