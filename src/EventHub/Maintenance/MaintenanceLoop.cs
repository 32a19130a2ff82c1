using EventHub.Diagnostics;
using EventHub.Log;
using EventHub.Storage;
using Microsoft.Extensions.Logging;

namespace EventHub.Maintenance;

/// <summary>A background service's loop: a turn now and then, sooner when woken. A store that does not answer is waited for.</summary>
internal sealed class MaintenanceLoop(string name, TimeSpan interval, Func<ValueTask> turn, TimeProvider time, ILogger logger)
{
    private readonly AsyncSignal _signal = new();
    private volatile bool _isStopping;
    private Task _loop = Task.CompletedTask;

    public AsyncSignal Signal => _signal;

    /// <summary>Begins; the first turn is made at once.</summary>
    public void Start() => _loop = RunAsync();

    /// <summary>Ends after the turn under way.</summary>
    public Task StopAsync()
    {
        _isStopping = true;
        _signal.Set();
        return _loop;
    }

    private async Task RunAsync()
    {
        using var timer = new WakeTimer(time, _signal);
        while (!_isStopping)
        {
            var next = (long)interval.TotalMilliseconds;
            try
            {
                await turn();
            }
            catch (StorageException e)
            {
                EngineLog.ServiceFailed(logger, name, e.Message);
                next = Math.Min(next, 1000);
            }

            timer.SetIn(next);
            if (!_isStopping) await _signal.WaitAsync();
        }
    }
}
