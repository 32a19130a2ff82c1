using EventHub.Diagnostics;
using EventHub.Log;
using EventHub.Storage;
using Microsoft.Extensions.Logging;

namespace EventHub.Maintenance;

/// <summary>A background service's loop: a turn now and then, sooner when woken. A store that does not answer is waited for.</summary>
/// <param name="name">For the log.</param>
/// <param name="interval">From a turn to the next, when nobody wakes it.</param>
/// <param name="turn">The work.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it logs.</param>
/// <param name="rest">How many times as long as a turn took it rests before the next one, up to a second, however often it is woken meanwhile.</param>
internal sealed class MaintenanceLoop(string name, TimeSpan interval, Func<ValueTask> turn, TimeProvider time, ILogger logger, int rest = 0)
{
    private static readonly TimeSpan s_longestRest = TimeSpan.FromSeconds(1);
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
            var started = time.GetTimestamp();
            try
            {
                await turn();
            }
            catch (StorageException e)
            {
                EngineLog.ServiceFailed(logger, name, e.Message);
                next = Math.Min(next, 1000);
            }

            var took = time.GetElapsedTime(started);
            var ended = time.GetTimestamp();
            timer.SetIn(next);
            if (!_isStopping) await _signal.WaitAsync();

            var resting = rest * took < s_longestRest ? rest * took : s_longestRest;
            while (!_isStopping && resting - time.GetElapsedTime(ended) is { Ticks: > 0 } left)
            {
                timer.SetIn((long)Math.Ceiling(left.TotalMilliseconds));
                await _signal.WaitAsync();
            }
        }
    }
}
