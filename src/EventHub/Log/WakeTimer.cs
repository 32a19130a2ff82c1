namespace EventHub.Log;

/// <summary>Sets a signal at a time. One timer, moved as needed.</summary>
internal sealed class WakeTimer : IDisposable
{
    private readonly ITimer _timer;

    public WakeTimer(TimeProvider time, AsyncSignal signal) =>
        _timer = time.CreateTimer(static state => ((AsyncSignal)state!).Set(), signal, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Sets the signal once, this many milliseconds from now; <see cref="long.MaxValue"/>: not at all. Replaces what was set before.</summary>
    public void SetIn(long milliseconds) =>
        _timer.Change(
            milliseconds == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, 86_400_000)),
            Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer.Dispose();
}
