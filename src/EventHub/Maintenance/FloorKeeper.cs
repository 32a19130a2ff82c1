using EventHub.Delivery;
using Microsoft.Extensions.Logging;

namespace EventHub.Maintenance;

/// <summary>
/// Has floors committed that moved only because events were not the subscription's. Nothing depends on it but how much a restart reads and how
/// far retention gets, so it is done now and then.
/// </summary>
internal sealed class FloorKeeper
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);
    private readonly MaintenanceLoop _loop;
    private readonly RunnerHost _runners;

    public FloorKeeper(RunnerHost runners, TimeProvider time, ILogger logger)
    {
        _runners = runners;
        _loop = new MaintenanceLoop("floor keeper", s_interval, Turn, time, logger);
    }

    public void Start() => _loop.Start();

    public Task StopAsync() => _loop.StopAsync();

    private ValueTask Turn()
    {
        foreach (var runner in _runners.Runners) runner.WakeForFloor();
        return ValueTask.CompletedTask;
    }
}
