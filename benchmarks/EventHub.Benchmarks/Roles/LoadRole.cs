using EventHub.Benchmarks.Load;

namespace EventHub.Benchmarks.Roles;

/// <summary>The load generator by itself, for a hub that is being profiled.</summary>
internal static class LoadRole
{
    public static async Task RunAsync(string url, double seconds, int events, double? rate)
    {
        RequestTemplate[] requests = events > 1 ? [RequestTemplate.Batch(events)] : [.. Enumerable.Range(0, 100).Select(i => RequestTemplate.One(key: i))];
        var duration = TimeSpan.FromSeconds(seconds);
        var load = rate is { } perSecond ? await HttpLoad.OpenAsync(url, requests, perSecond, duration) : await HttpLoad.ClosedAsync(url, requests, 64, duration);
        Console.WriteLine($"{load.PerSecond * events:N0} events/s, p50 {load.Latencies.Percentile(0.5)} ms, p99 {load.Latencies.Percentile(0.99)} ms, p99.9 {load.Latencies.Percentile(0.999)} ms, {load.Refused} refused");
    }
}
