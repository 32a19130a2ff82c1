using EventHub.Routing;

namespace EventHub.Delivery;

/// <summary>Limits attempts per time (a token bucket as large as the limit). Pure; times are milliseconds of a monotonic clock.</summary>
internal sealed class TokenBucket(RateLimit limit, long now)
{
    private readonly double _perMillisecond = limit.Limit / limit.Period.TotalMilliseconds;
    private double _tokens = limit.Limit;
    private long _filledAt = now;

    public RateLimit Limit { get; } = limit;

    public bool TryTake(long now)
    {
        Fill(now);
        if (_tokens < 1) return false;
        _tokens -= 1;
        return true;
    }

    /// <summary>When the next token is there.</summary>
    public long NextAt(long now)
    {
        Fill(now);
        return _tokens >= 1 ? now : now + Math.Max(1, (long)Math.Ceiling((1 - _tokens) / _perMillisecond));
    }

    private void Fill(long now)
    {
        _tokens = Math.Min(Limit.Limit, _tokens + ((now - _filledAt) * _perMillisecond));
        _filledAt = now;
    }
}
