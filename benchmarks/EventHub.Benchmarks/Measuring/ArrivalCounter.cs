using System.Diagnostics;

namespace EventHub.Benchmarks.Measuring;

/// <summary>Counts what arrives on some thread and how old it is, and tells when all of it has.</summary>
internal sealed class ArrivalCounter
{
    private readonly Lock _lock = new();
    private LatencyHistogram _latencies = new();
    private TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _expected = long.MaxValue;
    private long _received;
    private long _lastAt;

    /// <summary>Arrived since <see cref="Begin"/>.</summary>
    public long Received
    {
        get
        {
            lock (_lock) return _received;
        }
    }

    /// <summary>Begins anew.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            (_received, _expected, _latencies) = (0, long.MaxValue, new LatencyHistogram());
            _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>To be held while adding: once for all that came at once.</summary>
    public Lock.Scope Enter() => _lock.EnterScope();

    /// <summary>One arrived. Needs <see cref="Enter"/>.</summary>
    /// <param name="sentAt">When it was to be sent; 0: not to be counted among the latencies.</param>
    /// <param name="now">The time.</param>
    public void Add(long sentAt, long now)
    {
        if (sentAt > 0) _latencies.AddTicks(now - sentAt);
        _lastAt = now;
        if (++_received >= _expected) _done.TrySetResult();
    }

    /// <summary>Nothing more will arrive.</summary>
    public void Fail(Exception why)
    {
        lock (_lock) _done.TrySetException(why);
    }

    /// <summary>Waits until so many have arrived since <see cref="Begin"/>; fails when none does for half a minute.</summary>
    /// <returns>When the last came, and how old each was.</returns>
    public async Task<(long LastAt, LatencyHistogram Latencies)> WaitAsync(long count)
    {
        lock (_lock)
        {
            _expected = count;
            if (_received >= count) _done.TrySetResult();
        }

        for (var (seen, since) = (-1L, 0L); !_done.Task.IsCompleted;)
        {
            if (Received != seen) (seen, since) = (Received, Stopwatch.GetTimestamp());
            if (Stopwatch.GetElapsedTime(since).TotalSeconds > 30) throw new TimeoutException($"{seen} of {count} events arrived, then none for half a minute.");
            await Task.WhenAny(_done.Task, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System));
        }

        await _done.Task;
        lock (_lock) return (_lastAt, _latencies);
    }
}
