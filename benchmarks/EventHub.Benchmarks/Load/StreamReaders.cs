using System.Diagnostics;
using EventHub.Benchmarks.Measuring;

namespace EventHub.Benchmarks.Load;

/// <summary>Many readers of a stream on one thread, which costs little beside the server that writes to them.</summary>
internal sealed class StreamReaders : IDisposable
{
    private readonly StreamConnection[] _connections;
    private readonly Epoll _epoll = new();
    private readonly Thread _thread;
    private readonly byte[] _buffer = new byte[256 * 1024];
    private volatile Exception? _failure;
    private volatile bool _isClosed;
    private long _now;

    private StreamReaders(Uri url, int count)
    {
        _connections = [.. Enumerable.Range(0, count).Select(_ => new StreamConnection(url))];
        for (var i = 0; i < count; i++) _epoll.Add(_connections[i].Handle, i);
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>What all of them together received.</summary>
    public ArrivalCounter Arrivals { get; } = new();

    /// <summary>Connects so many and waits until all streams have begun.</summary>
    public static async Task<StreamReaders> OpenAsync(Uri url, int count)
    {
        var readers = new StreamReaders(url, count);
        var started = Stopwatch.GetTimestamp();
        while (!readers._connections.All(c => c.IsOpen))
        {
            if (readers._failure is null && Stopwatch.GetElapsedTime(started).TotalSeconds < 30)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
                continue;
            }

            readers.Dispose();
            throw readers._failure ?? new TimeoutException($"{url} did not begin {count} streams within 30 s.");
        }

        return readers;
    }

    public void Dispose()
    {
        _isClosed = true;
        _thread.Join();
        foreach (var connection in _connections) connection.Dispose();
        _epoll.Dispose();
    }

    private void Run()
    {
        Span<int> ready = stackalloc int[256];
        Action<long> found = sentAt => Arrivals.Add(sentAt, _now);
        try
        {
            while (!_isClosed)
            {
                var count = _epoll.Wait(ready, 50);
                if (count == 0) continue;
                using (Arrivals.Enter())
                {
                    for (var i = 0; i < count; i++)
                    {
                        _now = Stopwatch.GetTimestamp();
                        _connections[ready[i]].Receive(_buffer, found);
                    }
                }
            }
        }
        catch (Exception e)
        {
            _failure = e;
            Arrivals.Fail(e);
        }
    }
}
