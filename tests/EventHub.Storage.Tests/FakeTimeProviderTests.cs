using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Tests;

/// <summary>The clock the tests of all projects rely on.</summary>
public class FakeTimeProviderTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void Time_stands_still_until_advanced()
    {
        var start = _clock.GetTimestamp();
        Assert.Equal(Make.Time, _clock.GetUtcNow());

        _clock.Advance(TimeSpan.FromMilliseconds(1500));

        Assert.Equal(Make.Time.AddMilliseconds(1500), _clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromMilliseconds(1500), _clock.GetElapsedTime(start));
    }

    [Fact]
    public void Timers_fire_in_order_of_their_due_times_with_the_clock_at_each()
    {
        using var late = Timer("late", 3);
        using var early = Timer("early", 1);
        using var never = Timer("never", 10);

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(["early at 1", "late at 3"], _fired);
        Assert.Equal(Make.Time.AddSeconds(5), _clock.GetUtcNow());
        Assert.Equal((1, TimeSpan.FromSeconds(5)), (_clock.ArmedTimers, _clock.NextDueIn));
    }

    [Fact]
    public void A_periodic_timer_fires_every_period()
    {
        using var timer = _clock.CreateTimer(_ => Note("tick"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        _clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(["tick at 1", "tick at 3", "tick at 5"], _fired);
    }

    [Fact]
    public void A_timer_armed_while_another_fires_may_fire_in_the_same_advance()
    {
        ITimer? second = null;
        using var first = _clock.CreateTimer(_ => second = Timer("second", 1), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(["second at 2"], _fired);
        second?.Dispose();
    }

    [Fact]
    public void A_timer_due_at_once_fires_with_the_next_advance()
    {
        using var timer = Timer("now", 0);
        Assert.Empty(_fired);

        _clock.Advance(TimeSpan.Zero);

        Assert.Equal(["now at 0"], _fired);
    }

    [Fact]
    public void A_changed_timer_forgets_its_old_time_and_a_disposed_one_fires_no_more()
    {
        using var changed = Timer("changed", 1);
        var disposed = Timer("disposed", 1);

        Assert.True(changed.Change(TimeSpan.FromSeconds(4), Timeout.InfiniteTimeSpan));
        disposed.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(["changed at 4"], _fired);
        Assert.False(disposed.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public void A_corrected_wall_clock_moves_neither_timers_nor_timestamps()
    {
        using var timer = Timer("later", 1);
        var timestamp = _clock.GetTimestamp();

        _clock.CorrectWallClock(TimeSpan.FromHours(-2));

        Assert.Equal(Make.Time.AddHours(-2), _clock.GetUtcNow());
        Assert.Equal(timestamp, _clock.GetTimestamp());
        Assert.Equal(TimeSpan.FromSeconds(1), _clock.NextDueIn);
    }

    [Fact]
    public async Task A_delay_ends_when_its_time_has_come_and_its_sleeper_can_be_waited_for()
    {
        var sleeper = Task.Run(
            async () => await Task.Delay(TimeSpan.FromSeconds(5), _clock, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        await _clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(1, _clock.ArmedTimers);

        _clock.Advance(TimeSpan.FromSeconds(1));

        await sleeper;
        Assert.Equal(0, _clock.ArmedTimers);
    }

    private ITimer Timer(string name, int seconds) => _clock.CreateTimer(_ => Note(name), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);

    private void Note(string name) => _fired.Add($"{name} at {(_clock.GetUtcNow() - Make.Time).TotalSeconds}");
}
