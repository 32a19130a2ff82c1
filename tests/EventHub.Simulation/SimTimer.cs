namespace EventHub.Simulation;

/// <summary>A one-shot timer in virtual time.</summary>
internal sealed class SimTimer(SimScheduler scheduler, SimContext context, TimerCallback callback, object? state) : ITimer
{
    /// <summary>When it fires; -1: not.</summary>
    public long At { get; set; } = -1;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (period != Timeout.InfiniteTimeSpan) throw new NotSupportedException("Only one-shot timers are simulated.");
        At = -1;
        if (dueTime != Timeout.InfiniteTimeSpan) scheduler.Schedule(this, scheduler.Now + Math.Max(0, dueTime.Ticks));
        return true;
    }

    public void Fire()
    {
        At = -1;
        context.Run(s => callback(s), state);
    }

    public void Dispose() => At = -1;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }
}
