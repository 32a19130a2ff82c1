using System.Diagnostics;
using EventHub.Benchmarks.Load;
using EventHub.Benchmarks.Measuring;
using EventHub.Benchmarks.Processes;

namespace EventHub.Benchmarks.Suites;

/// <summary>The whole job, done by whoever takes events at <c>/events</c> and delivers each to so many webhooks.</summary>
internal static class WholeJob
{
    public const int Webhooks = 2;
    public const int Publishers = 64;

    /// <summary>Deliveries a second, from the first event in to the last delivery.</summary>
    /// <param name="url">Where events go in.</param>
    /// <param name="receiver">Where webhooks go.</param>
    /// <param name="path">How the paths of its webhooks begin.</param>
    /// <param name="duration">How long events go in, as fast as they are answered.</param>
    /// <param name="maxEvents">At most so many.</param>
    public static async Task<(double PerSecond, long Deliveries)> ThroughputAsync(string url, ReceiverProcess receiver, string path, TimeSpan duration, long maxEvents = long.MaxValue)
    {
        await receiver.ResetAsync();
        var started = Stopwatch.GetTimestamp();
        var load = await HttpLoad.ClosedAsync(url, s_requests, Publishers, duration, maxEvents);
        if (load.Refused > 0) throw new InvalidOperationException($"{load.Refused} events were refused.");
        var expected = load.Answered * Webhooks;
        var arrivals = await receiver.WaitAsync(expected, path);
        return (expected / Stopwatch.GetElapsedTime(started, arrivals.LastAt).TotalSeconds, expected);
    }

    /// <summary>From the planned publish to the arrival, and to the 202, at a steady rate.</summary>
    public static async Task<(LatencyHistogram Arrived, LatencyHistogram Answered)> LatencyAsync(string url, ReceiverProcess receiver, string path, double perSecond, TimeSpan duration)
    {
        await receiver.ResetAsync();
        var load = await HttpLoad.OpenAsync(url, s_requests, perSecond, duration);
        return ((await receiver.WaitAsync(load.Answered * Webhooks, path)).Latencies, load.Latencies);
    }

    private static readonly RequestTemplate[] s_requests = [.. Enumerable.Range(0, 100).Select(i => RequestTemplate.One(key: i))];
}
