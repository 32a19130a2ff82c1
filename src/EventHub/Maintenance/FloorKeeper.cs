using EventHub.Delivery;
using EventHub.Log;
using Microsoft.Extensions.Logging;

namespace EventHub.Maintenance;

/// <summary>
/// Has floors committed that moved only because events were not the subscription's. Nothing depends on it but how much a restart reads and how
/// far retention gets, so it is done now and then: for each within a minute, and sooner when so many events went by that all floors together cost one
/// commit per hundred of them at most, however many subscriptions there are.
/// </summary>
internal sealed class FloorKeeper
{
    private const int EventsPerCommit = 100;
    private const int TurnsPerMinute = 6;
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1) / TurnsPerMinute;
    private readonly MaintenanceLoop _loop;
    private readonly RunnerHost _runners;
    private readonly LogTail _tail;
    private int _turn;

    public FloorKeeper(RunnerHost runners, LogTail tail, TimeProvider time, ILogger logger)
    {
        _runners = runners;
        _tail = tail;
        _loop = new MaintenanceLoop("floor keeper", s_interval, Turn, time, logger);
    }

    public void Start() => _loop.Start();

    public Task StopAsync() => _loop.StopAsync();

    private ValueTask Turn()
    {
        var head = _tail.Head;
        var runners = _runners.Runners.ToList();
        var most = (long)runners.Count * EventsPerCommit;
        _turn++;
        foreach (var runner in runners)
        {
            var moved = head - runner.Floor;
            if (moved >= most || (moved > 0 && (runner.Key + _turn) % TurnsPerMinute == 0)) runner.WakeForFloor();
        }

        return ValueTask.CompletedTask;
    }
}
