namespace EventHub.Storage.Conformance.Support;

/// <summary>
/// A clock that moves when told to. <see cref="Advance"/> fires the timers that come due on the way, in order of their due times, on the
/// calling thread, with the clock standing at each timer's due time. A timer due at once fires with the next <see cref="Advance"/>, of zero too.
/// </summary>
public sealed class FakeTimeProvider : TimeProvider
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);
    private readonly Lock _gate = new();
    private readonly List<FakeTimer> _armed = [];
    private readonly List<(Func<bool> IsSo, TaskCompletionSource Reached)> _waiting = [];
    private readonly DateTimeOffset _start;
    private TimeSpan _elapsed;
    private TimeSpan _correction;
    private long _order;

    /// <summary>Starts at <see cref="Make.Time"/>.</summary>
    public FakeTimeProvider() : this(Make.Time)
    {
    }

    /// <summary>Starts at a time.</summary>
    public FakeTimeProvider(DateTimeOffset start) => _start = start;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that will fire.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_gate) return _armed.Count;
        }
    }

    /// <summary>How long until the next timer fires; <c>null</c> when none will.</summary>
    public TimeSpan? NextDueIn
    {
        get
        {
            lock (_gate) return _armed.Count == 0 ? null : _armed.Min(timer => timer.Due) - _elapsed;
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _start + _elapsed + _correction;
    }

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (_gate) return _elapsed.Ticks;
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new FakeTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock on and fires what comes due.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        TimeSpan target;
        lock (_gate) target = _elapsed + by;
        while (TakeDue(target) is { } timer) timer.Fire();
    }

    /// <summary>Sets the wall clock forward or back, as a correction by NTP or an administrator does: no timer and no timestamp notices.</summary>
    public void CorrectWallClock(TimeSpan by)
    {
        lock (_gate) _correction += by;
    }

    /// <summary>Completes when at least this many timers are armed: the code under test has gone to sleep.</summary>
    public Task WaitForTimersAsync(int count, CancellationToken cancellationToken) => WaitUntilAsync(() => _armed.Count >= count).WaitAsync(cancellationToken);

    /// <summary>
    /// Waits until a timer is armed that is due in exactly this time (the code under test has seen the present time, and sleeps), and moves the clock on to it: what happens then
    /// happens at that moment, however busy the machine is.
    /// </summary>
    public async Task AdvanceOnceDueInAsync(TimeSpan time)
    {
        await WaitUntilAsync(() => _armed.Exists(timer => timer.Due - _elapsed == time)).WaitAsync(s_patience, TestContext.Current.CancellationToken);
        Advance(time);
    }

    internal void Arm(FakeTimer timer, TimeSpan dueIn)
    {
        lock (_gate)
        {
            _armed.Remove(timer);
            if (dueIn == Timeout.InfiniteTimeSpan) return;
            (timer.Due, timer.Order) = (_elapsed + dueIn, _order++);
            _armed.Add(timer);
            foreach (var (_, reached) in _waiting.Where(static waiting => waiting.IsSo())) reached.TrySetResult();
            _waiting.RemoveAll(waiting => waiting.Reached.Task.IsCompleted);
        }
    }

    /// <summary>Completes once it is so; looked at under the lock, whenever a timer is armed.</summary>
    private Task WaitUntilAsync(Func<bool> isSo)
    {
        lock (_gate)
        {
            if (isSo()) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((isSo, reached));
            return reached.Task;
        }
    }

    /// <summary>The next timer due up to the target, taken off or set to its next period; <c>null</c>, with the clock at the target, when there is none.</summary>
    private FakeTimer? TakeDue(TimeSpan target)
    {
        lock (_gate)
        {
            var next = _armed.Where(timer => timer.Due <= target).OrderBy(timer => timer.Due).ThenBy(timer => timer.Order).FirstOrDefault();
            if (next is null)
            {
                if (target > _elapsed) _elapsed = target;
                return null;
            }

            if (next.Due > _elapsed) _elapsed = next.Due;
            if (next.Period > TimeSpan.Zero) (next.Due, next.Order) = (next.Due + next.Period, _order++);
            else _armed.Remove(next);
            return next;
        }
    }
}
