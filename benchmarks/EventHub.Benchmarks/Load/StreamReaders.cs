using System.Diagnostics;
using EventHub.Benchmarks.Measuring;

namespace EventHub.Benchmarks.Load;

/// <summary>Many readers of a stream on one thread, which costs little beside the server that writes to them.</summary>
internal sealed class StreamReaders : IDisposable
{
    private readonly StreamConnection[] _connections;
    private readonly Epoll _epoll = new();
    private readonly Lock _lock = new();
    private readonly Thread _thread;
    private readonly byte[] _buffer = new byte[256 * 1024];
    private LatencyHistogram _latencies = new();
    private TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _failure;
    private long _expected = long.MaxValue;
    private long _received;
    private long _now;
    private long _lastAt;
    private volatile bool _isClosed;

    private StreamReaders(Uri url, int count)
    {
        _connections = [.. Enumerable.Range(0, count).Select(_ => new StreamConnection(url))];
        for (var i = 0; i < count; i++) _epoll.Add(_connections[i].Handle, i);
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Events received by all together since <see cref="Expect"/>.</summary>
    public long Received
    {
        get
        {
            lock (_lock) return _received;
        }
    }

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

    /// <summary>Begins anew: so many events are to come, all readers' together.</summary>
    public void Expect(long events)
    {
        lock (_lock)
        {
            (_received, _expected, _latencies) = (0, events, new LatencyHistogram());
            _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Waits for all of them; fails when none comes for half a minute.</summary>
    /// <returns>When the last came, and how old each was that had a sending time.</returns>
    public async Task<(long LastAt, LatencyHistogram Latencies)> WaitAsync()
    {
        for (var seen = -1L; !_done.Task.IsCompleted; seen = Received)
        {
            if (Received == seen) throw new TimeoutException($"{seen} of {_expected} events came from the streams, then none for half a minute.");
            await Task.WhenAny(_done.Task, Task.Delay(TimeSpan.FromSeconds(30), TimeProvider.System));
        }

        await _done.Task;
        lock (_lock) return (_lastAt, _latencies);
    }

    /// <summary>Waits until so many have come since <see cref="Expect"/>, which did not know yet how many there would be.</summary>
    public async Task<LatencyHistogram> FinishAsync(long events)
    {
        lock (_lock)
        {
            _expected = events;
            if (_received >= events) _done.TrySetResult();
        }

        return (await WaitAsync()).Latencies;
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
        Action<long> found = sentAt =>
        {
            if (sentAt > 0) _latencies.AddTicks(_now - sentAt);
        };
        try
        {
            while (!_isClosed)
            {
                var count = _epoll.Wait(ready, 50);
                if (count == 0) continue;
                lock (_lock)
                {
                    for (var i = 0; i < count; i++)
                    {
                        _now = Stopwatch.GetTimestamp();
                        _received += _connections[ready[i]].Receive(_buffer, found);
                    }

                    _lastAt = _now;
                    if (_received >= _expected) _done.TrySetResult();
                }
            }
        }
        catch (Exception e)
        {
            _failure = e;
            lock (_lock) _done.TrySetException(e);
        }
    }
}
