using EventHub.Delivery;
using EventHub.Storage;

namespace EventHub.Maintenance;

/// <summary>
/// Takes and renews the leases of subscriptions, and has a runner for each that is held. When renewing fails for too long, all attempts are ended
/// before the leases run out: another worker may begin then, and one key is never in flight twice.
/// </summary>
internal sealed class LeaseKeeper
{
    private static readonly TimeSpan s_restartDelay = TimeSpan.FromSeconds(1);
    private readonly MaintenanceLoop _loop;
    private readonly RunnerServices _services;
    private readonly RunnerHost _runners;
    private readonly string _owner;
    private readonly TimeSpan _duration;
    private readonly ITimer _expiry;

    /// <param name="services">What the runners work with.</param>
    /// <param name="runners">The runners.</param>
    /// <param name="owner">Unique to the process: a successor of the same name must not take this one's leases for its own.</param>
    /// <param name="duration">How long a lease is good for, unless renewed.</param>
    public LeaseKeeper(RunnerServices services, RunnerHost runners, string owner, TimeSpan duration)
    {
        _services = services;
        _runners = runners;
        _owner = owner;
        _duration = duration;
        _expiry = services.Time.CreateTimer(static state => ((RunnerHost)state!).AbortAll(), runners, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _loop = new MaintenanceLoop("lease keeper", duration / 3, TurnAsync, services.Time, services.Logger);
        services.Registry.Watch(_loop.Signal);
        runners.OnRunnerEnded(() => _ = WakeLaterAsync());
    }

    public void Start() => _loop.Start();

    /// <summary>Stops renewing. The runners are stopped next; until then the leases are good for what is left of them.</summary>
    public Task StopAsync() => _loop.StopAsync();

    /// <summary>Gives the leases back, so that another process can take them at once.</summary>
    public async ValueTask ReleaseAsync()
    {
        foreach (var lease in await _services.Store.Dispatches.AcquireLeasesAsync(_owner, _duration, 0, CancellationToken.None))
        {
            await _services.Store.Dispatches.ReleaseLeaseAsync(lease, CancellationToken.None);
        }

        await _expiry.DisposeAsync();
    }

    private async ValueTask TurnAsync()
    {
        var asked = _services.Now;
        var leases = await _services.Store.Dispatches.AcquireLeasesAsync(_owner, _duration, int.MaxValue, CancellationToken.None);
        // The store counted from some moment after it was asked; counting from before, and a tenth less, errs on the safe side.
        var until = asked + (long)(_duration.TotalMilliseconds * 0.9);
        var left = until - _services.Now;
        if (left <= 0) return;
        _services.Leases.Extend(until);
        _expiry.Change(TimeSpan.FromMilliseconds(left), Timeout.InfiniteTimeSpan);
        _runners.Reconcile(leases);
    }

    /// <summary>A runner that fails at once must not be started over at once.</summary>
    private async Task WakeLaterAsync()
    {
        await Task.Delay(s_restartDelay, _services.Time);
        _loop.Signal.Set();
    }
}
