namespace EventHub.Simulation;

/// <summary>The clock of a simulated process: virtual, and its wall clock can be stepped.</summary>
internal sealed class SimTime(SimScheduler scheduler, SimContext context) : TimeProvider
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How far the wall clock was stepped.</summary>
    public TimeSpan WallStep { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => scheduler.Now;

    public override DateTimeOffset GetUtcNow() => s_start.AddTicks(scheduler.Now) + WallStep;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimTimer(scheduler, context, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }
}
