using System.Diagnostics;
using System.Net;
using EventHub.Benchmarks.Measuring;

namespace EventHub.Benchmarks.Load;

/// <summary>
/// The load generator: one thread, many keep-alive connections, a request at a time on each, no pipelining. Closed: every connection sends again as
/// soon as it is answered. Open: requests are due at random times (a Poisson process from a seed) whatever the server does; one that is due when all
/// connections are busy waits, and its latency counts from when it was due, so a server that stalls cannot hide it.
/// </summary>
internal static class HttpLoad
{
    /// <summary>Sends as fast as so many connections allow.</summary>
    public static Task<LoadResult> ClosedAsync(string url, IReadOnlyList<RequestTemplate> requests, int connections, TimeSpan duration, long maxRequests = long.MaxValue) =>
        OnThread(() => Run(url, requests, connections, new LoadSchedule(duration, null, maxRequests)));

    /// <summary>Sends so many requests a second.</summary>
    public static Task<LoadResult> OpenAsync(string url, IReadOnlyList<RequestTemplate> requests, double perSecond, TimeSpan duration, int connections = 64) =>
        OnThread(() => Run(url, requests, connections, new LoadSchedule(duration, perSecond, long.MaxValue)));

    private static Task<LoadResult> OnThread(Func<LoadResult> run) => Task.Factory.StartNew(run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static LoadResult Run(string url, IReadOnlyList<RequestTemplate> requests, int count, LoadSchedule schedule)
    {
        Native.MakeTimersExact();
        var endpoint = IPEndPoint.Parse(new Uri(url).Authority);
        var connections = Enumerable.Range(0, count).Select(_ => new LoadConnection(endpoint)).ToArray();
        var handles = connections.Select(c => new Native.PollHandle { Handle = c.Handle, Wanted = Native.PollIn }).ToArray();
        var free = new Stack<LoadConnection>(connections);
        var latencies = new LatencyHistogram();
        var (answered, refused, next) = (0L, 0L, 0);
        var started = Stopwatch.GetTimestamp();
        schedule.Start(started);
        try
        {
            while (true)
            {
                while (free.Count > 0 && schedule.TryTake(Stopwatch.GetTimestamp(), out var due)) free.Pop().Send(requests[next++ % requests.Count].With(due), due);
                if (schedule.IsOver(Stopwatch.GetTimestamp()) && free.Count == count) break;
                if (Native.Poll(handles, free.Count > 0 ? schedule.NanosecondsToNext(Stopwatch.GetTimestamp()) : 1_000_000_000) == 0) continue;
                var now = Stopwatch.GetTimestamp();
                for (var i = 0; i < handles.Length; i++)
                {
                    if (handles[i].Ready == 0) continue;
                    var connection = connections[i];
                    var sentAt = connection.SentAt;
                    var status = connection.Receive();
                    if (status == 0) continue;
                    free.Push(connection);
                    if (status is >= 200 and < 300) answered++;
                    else if (refused++ == 0) Console.Error.WriteLine($"bench: the first refusal: {connection.LastAnswer}");
                    latencies.AddTicks(now - sentAt);
                }
            }
        }
        finally
        {
            foreach (var connection in connections) connection.Dispose();
        }

        return new LoadResult(answered, refused, Stopwatch.GetElapsedTime(started).TotalSeconds, latencies);
    }
}
