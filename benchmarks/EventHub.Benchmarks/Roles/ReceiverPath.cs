using EventHub.Benchmarks.Measuring;

namespace EventHub.Benchmarks.Roles;

/// <summary>What arrived at one path.</summary>
internal sealed class ReceiverPath
{
    private readonly Lock _lock = new();
    private readonly LatencyHistogram _latencies = new();
    private long _requests;
    private long _taken;
    private long _firstAt;
    private long _lastAt;

    /// <summary>Counts a request; false when it is one of those to fail.</summary>
    public bool Take(long sentAt, long now, bool failsSome)
    {
        lock (_lock)
        {
            if (failsSome && ++_requests % 20 == 0) return false;
            if (_taken++ == 0) _firstAt = now;
            _lastAt = now;
            if (sentAt > 0) _latencies.AddTicks(now - sentAt);
            return true;
        }
    }

    public string Serialize()
    {
        lock (_lock) return $"{_taken} {_firstAt} {_lastAt} {_latencies.Serialize()}";
    }
}
