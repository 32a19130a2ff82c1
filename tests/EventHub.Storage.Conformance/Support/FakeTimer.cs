namespace EventHub.Storage.Conformance.Support;

/// <summary>A timer of <see cref="FakeTimeProvider"/>.</summary>
internal sealed class FakeTimer(FakeTimeProvider clock, Action callback) : ITimer
{
    private bool _isDisposed;

    /// <summary>Time since the clock's start; the clock's lock guards this and the order.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>Timers due at the same time fire as they were armed.</summary>
    public long Order { get; set; }

    /// <summary>Zero or less: fires once.</summary>
    public TimeSpan Period { get; private set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (_isDisposed) return false;
        Period = period;
        clock.Arm(this, dueTime);
        return true;
    }

    public void Dispose()
    {
        _isDisposed = true;
        clock.Arm(this, Timeout.InfiniteTimeSpan);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Fire()
    {
        if (!_isDisposed) callback();
    }
}
