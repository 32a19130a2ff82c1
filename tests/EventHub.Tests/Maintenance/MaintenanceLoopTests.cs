using EventHub.Maintenance;
using EventHub.Storage.Conformance.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventHub.Tests.Maintenance;

public sealed class MaintenanceLoopTests
{
    private readonly FakeTimeProvider _clock = new();
    private int _turns;

    [Theory]
    [InlineData(0.1, 0.4)]
    [InlineData(10, 1)]
    public async Task However_often_it_is_woken_it_rests_in_proportion_to_what_a_turn_took_up_to_a_second(double seconds, double rest)
    {
        var loop = Loop(TimeSpan.FromSeconds(seconds), rest: 4);
        loop.Start();
        Assert.Equal((1, TimeSpan.FromHours(1)), (_turns, _clock.NextDueIn));

        loop.Signal.Set();
        await Eventually.IsTrueAsync(() => _clock.NextDueIn == TimeSpan.FromSeconds(rest));
        _clock.Advance(TimeSpan.FromSeconds(rest / 2));
        loop.Signal.Set();
        Assert.Equal((1, TimeSpan.FromSeconds(rest / 2)), (_turns, _clock.NextDueIn));
        _clock.Advance(TimeSpan.FromSeconds(rest / 2));
        await Eventually.IsTrueAsync(() => Volatile.Read(ref _turns) == 2);

        await loop.StopAsync();
    }

    [Fact]
    public async Task It_stops_while_it_rests()
    {
        var loop = Loop(TimeSpan.FromSeconds(10), rest: 4);
        loop.Start();
        loop.Signal.Set();
        await Eventually.IsTrueAsync(() => _clock.NextDueIn == TimeSpan.FromSeconds(1));

        await loop.StopAsync().WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, _turns);
    }

    [Fact]
    public async Task Without_a_rest_it_is_there_whenever_it_is_woken()
    {
        var loop = Loop(TimeSpan.FromSeconds(10), rest: 0);
        loop.Start();
        loop.Signal.Set();
        await Eventually.IsTrueAsync(() => Volatile.Read(ref _turns) == 2);

        await loop.StopAsync();
    }

    private MaintenanceLoop Loop(TimeSpan takes, int rest) => new(
        "test",
        TimeSpan.FromHours(1),
        () =>
        {
            _clock.Advance(takes);
            Interlocked.Increment(ref _turns);
            return ValueTask.CompletedTask;
        },
        _clock,
        NullLogger.Instance,
        rest);
}
