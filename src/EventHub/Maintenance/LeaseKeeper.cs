using EventHub.Delivery;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Maintenance;

/// <summary>
/// Takes and renews the leases of subscriptions' partitions, and has a runner for each that is held. When renewing fails for too long, all attempts are ended
/// before the leases run out: another worker may begin then, and one key is never in flight twice.
/// </summary>
internal sealed class LeaseKeeper
{
    private static readonly TimeSpan s_restartDelay = TimeSpan.FromSeconds(1);

    /// <summary>How soon one worker takes what another gave back, where there can be others. What ran out is overdue before the next turn is over.</summary>
    private static readonly TimeSpan s_sharedInterval = 2 * Lease.OverdueAfter;

    /// <summary>A turn looks at all leases, and everyone who adds a subscription asks for one: it is for those that were added meanwhile, too.</summary>
    private const int RestPerTurn = 4;

    /// <summary>They can share a commit, and do not use up a store's connections.</summary>
    private const int ReleasedAtOnce = 32;
    private readonly MaintenanceLoop _loop;
    private readonly RunnerServices _services;
    private readonly RunnerHost _runners;
    private readonly string _owner;
    private readonly TimeSpan _duration;
    private readonly TimeSpan _presence;
    private readonly LeaseSurplus _surplus;
    private readonly ITimer _expiry;
    private readonly HashSet<(int Subscription, int Partition)> _leaving = [];

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
        var interval = services.Store.IsShared && s_sharedInterval < duration / 3 ? s_sharedInterval : duration / 3;
        _presence = 3 * interval;
        _surplus = new LeaseSurplus((long)_presence.TotalMilliseconds);
        _loop = new MaintenanceLoop("lease keeper", interval, TurnAsync, services.Time, services.Logger, RestPerTurn);
        services.Registry.Watch(_loop.Signal);
        runners.OnRunnerEnded(wasStopped => _ = WakeLaterAsync(wasStopped ? TimeSpan.Zero : s_restartDelay));
    }

    public void Start() => _loop.Start();

    /// <summary>Stops renewing. The runners are stopped next; until then the leases are good for what is left of them.</summary>
    public Task StopAsync() => _loop.StopAsync();

    /// <summary>Gives the leases back, so that another process can take them at once.</summary>
    public async ValueTask ReleaseAsync()
    {
        var leases = await _services.Store.Dispatches.AcquireLeasesAsync(_owner, _duration, 0, CancellationToken.None);
        foreach (var some in leases.Chunk(ReleasedAtOnce))
        {
            await Task.WhenAll(some.Select(lease => _services.Store.Dispatches.ReleaseLeaseAsync(lease, CancellationToken.None).AsTask()));
        }

        if (_services.Store.IsShared) await _services.Store.Dispatches.CountWorkersAsync(_owner, TimeSpan.Zero, CancellationToken.None);
        await _expiry.DisposeAsync();
    }

    private async ValueTask TurnAsync()
    {
        var asked = _services.Now;
        var share = await ShareAsync();
        var leases = await _services.Store.Dispatches.AcquireLeasesAsync(_owner, _duration, share.Limit, CancellationToken.None);
        // The store counted from some moment after it was asked; counting from before, and a tenth less, errs on the safe side.
        var until = asked + (long)(_duration.TotalMilliseconds * 0.9);
        var left = until - _services.Now;
        if (left <= 0) return;
        _services.Leases.Extend(until);
        _expiry.Change(TimeSpan.FromMilliseconds(left), Timeout.InfiniteTimeSpan);
        leases = await HandOverAsync(leases, share);
        _runners.Reconcile(leases, _leaving);
    }

    private async ValueTask<LeaseShare> ShareAsync()
    {
        if (!_services.Store.IsShared) return new LeaseShare(1, 0);
        // Not for as long as its leases are good: one that died must not make the parts of those too small that take over from it.
        var workers = await _services.Store.Dispatches.CountWorkersAsync(_owner, _presence, CancellationToken.None);
        return new LeaseShare(workers, _services.Registry.Histories.Values.Where(static history => !history.IsDeleted).Sum(PartitionsOf));
    }

    /// <summary>
    /// Drains the runners of what is beyond this worker's part, or of a layout that is no longer wanted, and gives their leases back once they have
    /// ended: no attempt is in flight then.
    /// </summary>
    /// <returns>The leases that are kept, those of runners that drain included.</returns>
    private async ValueTask<IReadOnlyList<Lease>> HandOverAsync(IReadOnlyList<Lease> leases, LeaseShare share)
    {
        // 1 who has to go
        _leaving.RemoveWhere(id => leases.All(lease => IdOf(lease) != id));
        var staying = leases.Where(lease => !_leaving.Contains(IdOf(lease))).ToLookup(IsOutdated);
        var beyond = share.Beyond(staying[false], key => _services.Registry.Find(key) is { } history ? PartitionsOf(history) : 1).ToList();
        if (!_surplus.IsLasting(beyond.Count > 0, _services.Now)) beyond.Clear();
        foreach (var lease in staying[true].Concat(beyond).ToList())
        {
            _leaving.Add(IdOf(lease));
            if (_runners.Find(lease.SubscriptionKey, lease.Partition) is { } runner) runner.Stop();
        }

        // 2 who has gone
        var drained = leases.Where(lease => _leaving.Contains(IdOf(lease)) && _runners.Find(lease.SubscriptionKey, lease.Partition) is null).ToList();
        foreach (var lease in drained)
        {
            await _services.Store.Dispatches.ReleaseLeaseAsync(lease, CancellationToken.None);
            _leaving.Remove(IdOf(lease));
        }

        // The last one given back makes room for the new layout.
        if (drained.Exists(IsOutdated)) _loop.Signal.Set();
        return [.. leases.Except(drained)];
    }

    private static (int Subscription, int Partition) IdOf(Lease lease) => (lease.SubscriptionKey, lease.Partition);

    private static int PartitionsOf(SubscriptionHistory history) => history.Current.Subscription.Delivery.Partitions;

    private bool IsOutdated(Lease lease) => _services.Registry.Find(lease.SubscriptionKey) is { } history && lease.Layout < history.Layout;

    /// <summary>A runner that fails at once must not be started over at once.</summary>
    private async Task WakeLaterAsync(TimeSpan delay)
    {
        if (delay > TimeSpan.Zero) await Task.Delay(delay, _services.Time);
        _loop.Signal.Set();
    }
}
