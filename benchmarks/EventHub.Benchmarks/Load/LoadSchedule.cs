using System.Diagnostics;

namespace EventHub.Benchmarks.Load;

/// <summary>When requests are due.</summary>
internal sealed class LoadSchedule(TimeSpan duration, double? perSecond, long maxRequests)
{
    private readonly Random _random = new(20260101);
    private long _end;
    private long _left = maxRequests;
    private double _next;

    public void Start(long now)
    {
        _end = now + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        _next = now;
        Step();
    }

    /// <summary>Takes the next request if it is due.</summary>
    /// <param name="now">The time.</param>
    /// <param name="due">When it was due.</param>
    public bool TryTake(long now, out long due)
    {
        due = perSecond is null ? now : (long)_next;
        if (_left == 0 || due >= _end || due > now) return false;
        _left--;
        Step();
        return true;
    }

    /// <summary>Nothing more will be due.</summary>
    public bool IsOver(long now) => _left == 0 || (perSecond is null ? now : _next) >= _end;

    public long NanosecondsToNext(long now)
    {
        if (IsOver(now)) return 1_000_000_000;
        return Math.Max(0, (long)((_next - now) * 1e9 / Stopwatch.Frequency));
    }

    private void Step()
    {
        if (perSecond is { } rate) _next += -Math.Log(1 - _random.NextDouble()) / rate * Stopwatch.Frequency;
    }
}
