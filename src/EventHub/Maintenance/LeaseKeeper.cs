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

    /// <summary>How soon one worker takes what another gave back, where there can be others.</summary>
    private static readonly TimeSpan s_sharedInterval = TimeSpan.FromSeconds(2);
    private readonly MaintenanceLoop _loop;
    private readonly RunnerServices _services;
    private readonly RunnerHost _runners;
    private readonly string _owner;
    private readonly TimeSpan _duration;
    private readonly ITimer _expiry;
    private readonly HashSet<int> _leaving = [];

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
        _loop = new MaintenanceLoop("lease keeper", services.Store.IsShared && s_sharedInterval < duration / 3 ? s_sharedInterval : duration / 3, TurnAsync, services.Time, services.Logger);
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

        if (_services.Store.IsShared) await _services.Store.Dispatches.CountWorkersAsync(_owner, TimeSpan.Zero, CancellationToken.None);
        await _expiry.DisposeAsync();
    }

    private async ValueTask TurnAsync()
    {
        var asked = _services.Now;
        var share = await ShareAsync();
        var leases = await _services.Store.Dispatches.AcquireLeasesAsync(_owner, _duration, share, CancellationToken.None);
        // The store counted from some moment after it was asked; counting from before, and a tenth less, errs on the safe side.
        var until = asked + (long)(_duration.TotalMilliseconds * 0.9);
        var left = until - _services.Now;
        if (left <= 0) return;
        _services.Leases.Extend(until);
        _expiry.Change(TimeSpan.FromMilliseconds(left), Timeout.InfiniteTimeSpan);
        leases = await HandOverAsync(leases, share);
        _runners.Reconcile(leases, _leaving);
    }

    /// <summary>How many leases are this worker's part.</summary>
    private async ValueTask<int> ShareAsync()
    {
        if (!_services.Store.IsShared) return int.MaxValue;
        var workers = await _services.Store.Dispatches.CountWorkersAsync(_owner, _duration, CancellationToken.None);
        var subscriptions = _services.Registry.Histories.Values.Count(static history => !history.IsDeleted);
        return workers <= 1 ? int.MaxValue : (subscriptions + workers - 1) / workers;
    }

    /// <summary>Drains the runners of what is beyond this worker's part, and gives their leases back once they have ended: no attempt is in flight then.</summary>
    /// <returns>The leases that are kept, those of runners that drain included.</returns>
    private async ValueTask<IReadOnlyList<Lease>> HandOverAsync(IReadOnlyList<Lease> leases, int share)
    {
        _leaving.RemoveWhere(key => leases.All(lease => lease.SubscriptionKey != key));
        foreach (var lease in leases.Where(lease => !_leaving.Contains(lease.SubscriptionKey)).Skip(share))
        {
            _leaving.Add(lease.SubscriptionKey);
            if (_runners.Find(lease.SubscriptionKey) is { } runner) runner.Stop();
        }

        var drained = leases.Where(lease => _leaving.Contains(lease.SubscriptionKey) && _runners.Find(lease.SubscriptionKey) is null).ToList();
        foreach (var lease in drained)
        {
            await _services.Store.Dispatches.ReleaseLeaseAsync(lease, CancellationToken.None);
            _leaving.Remove(lease.SubscriptionKey);
        }

        return [.. leases.Except(drained)];
    }

    /// <summary>A runner that fails at once must not be started over at once.</summary>
    private async Task WakeLaterAsync()
    {
        await Task.Delay(s_restartDelay, _services.Time);
        _loop.Signal.Set();
    }
}
