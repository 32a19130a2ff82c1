using System.Diagnostics;
using EventHub.Benchmarks.Measuring;

namespace EventHub.Benchmarks.Processes;

/// <summary>The receiver of webhooks, in a process of its own.</summary>
internal sealed class ReceiverProcess : IDisposable
{
    private readonly ChildProcess _process;
    private readonly HttpClient _http;

    private ReceiverProcess(ChildProcess process, string url)
    {
        _process = process;
        Url = url;
        _http = new HttpClient { BaseAddress = new Uri(url) };
    }

    public string Url { get; }

    public static async Task<ReceiverProcess> StartAsync()
    {
        var process = ChildProcess.Role("receiver");
        return new ReceiverProcess(process, await process.ReadLineAsync());
    }

    public async Task ResetAsync() => (await _http.DeleteAsync(new Uri("/", UriKind.Relative))).Dispose();

    /// <summary>What arrived at all paths that begin like this.</summary>
    public async Task<Arrivals> ReadAsync(string prefix = "/")
    {
        var sum = new Arrivals(0, long.MaxValue, 0, new LatencyHistogram());
        foreach (var line in (await _http.GetStringAsync(new Uri("/", UriKind.Relative))).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(' ', 5);
            if (!parts[0].StartsWith(prefix, StringComparison.Ordinal)) continue;
            sum.Latencies.Add(LatencyHistogram.Parse(parts[4]));
            sum = sum with { Count = sum.Count + long.Parse(parts[1]), FirstAt = Math.Min(sum.FirstAt, long.Parse(parts[2])), LastAt = Math.Max(sum.LastAt, long.Parse(parts[3])) };
        }

        return sum;
    }

    /// <summary>Waits until so many arrived; fails when nothing arrives for half a minute.</summary>
    public async Task<Arrivals> WaitAsync(long count, string prefix = "/")
    {
        var (seen, since) = (-1L, Stopwatch.GetTimestamp());
        while (true)
        {
            var arrivals = await ReadAsync(prefix);
            if (arrivals.Count >= count) return arrivals;
            if (arrivals.Count != seen) (seen, since) = (arrivals.Count, Stopwatch.GetTimestamp());
            if (Stopwatch.GetElapsedTime(since).TotalSeconds > 30) throw new TimeoutException($"{arrivals.Count} of {count} deliveries arrived at {prefix}.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _process.Dispose();
    }
}
