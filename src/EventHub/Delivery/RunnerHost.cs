using System.Collections.Concurrent;
using EventHub.Diagnostics;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Delivery;

/// <summary>Runs one <see cref="SubscriptionRunner"/> per lease this process holds.</summary>
internal sealed class RunnerHost(RunnerServices services)
{
    private readonly ConcurrentDictionary<int, (SubscriptionRunner Runner, Task Task)> _runners = new();
    private Action _onEnded = static () => { };

    /// <summary>Called when a runner ended by itself: its subscription needs a new one, if the lease is still held.</summary>
    public void OnRunnerEnded(Action onEnded) => _onEnded = onEnded;

    public IEnumerable<SubscriptionRunner> Runners => _runners.Values.Select(r => r.Runner);

    public SubscriptionRunner? Find(int subscriptionKey) => _runners.TryGetValue(subscriptionKey, out var entry) ? entry.Runner : null;

    /// <summary>Starts runners for new leases and stops those whose lease is not among these any more. One caller at a time.</summary>
    /// <param name="leases">All that are held.</param>
    /// <param name="leaving">Subscriptions whose runners drain, to be given to another worker: they are left to it, and not started again.</param>
    public void Reconcile(IReadOnlyList<Lease> leases, IReadOnlySet<int> leaving)
    {
        var held = leases.ToDictionary(l => l.SubscriptionKey);
        foreach (var (key, entry) in _runners)
        {
            if (held.TryGetValue(key, out var lease) && lease == entry.Runner.Lease) continue;
            // A runner without its lease must not have attempts in flight when the next one starts: they are ended, not drained.
            entry.Runner.Stop();
            entry.Runner.Abort();
        }

        foreach (var lease in leases)
        {
            if (_runners.ContainsKey(lease.SubscriptionKey) || leaving.Contains(lease.SubscriptionKey)) continue;
            if (services.Registry.Find(lease.SubscriptionKey) is { IsDeleted: false } history) Start(history, lease);
        }
    }

    /// <summary>Ends all runners and their attempts now: the leases can not be relied on any more.</summary>
    public void AbortAll()
    {
        foreach (var entry in _runners.Values)
        {
            entry.Runner.Stop();
            entry.Runner.Abort();
        }
    }

    /// <summary>Stops all runners: attempts in flight have until <paramref name="deadline"/> is cancelled to end; what then still runs is ended and counted.</summary>
    public async Task<int> StopAsync(CancellationToken deadline)
    {
        var entries = _runners.Values.ToList();
        foreach (var entry in entries) entry.Runner.Stop();
        var all = Task.WhenAll(entries.Select(e => e.Task));
        var expired = new TaskCompletionSource();
        await using (deadline.Register(static state => ((TaskCompletionSource)state!).TrySetResult(), expired))
        {
            await Task.WhenAny(all, expired.Task);
        }

        var aborted = entries.Sum(e => e.Task.IsCompleted ? 0 : e.Runner.InFlight);
        foreach (var entry in entries.Where(e => !e.Task.IsCompleted)) entry.Runner.Abort();
        await all;
        return aborted;
    }

    private void Start(SubscriptionHistory history, Lease lease)
    {
        var runner = new SubscriptionRunner(services, history, lease);
        // Registered before it runs: an end must find it there.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _runners[lease.SubscriptionKey] = (runner, RunAsync(runner, started.Task));
        started.SetResult();
    }

    private async Task RunAsync(SubscriptionRunner runner, Task started)
    {
        await started;
        try
        {
            await runner.RunAsync();
        }
        catch (StorageException e)
        {
            EngineLog.RunnerFailed(services.Logger, runner.Subscription.Name, e.Message);
        }
#pragma warning disable CA1031 // A bug in one subscription's runner must not take the others down; it starts over from the store.
        catch (Exception e)
#pragma warning restore CA1031
        {
            EngineLog.RunnerCrashed(services.Logger, e, runner.Subscription.Name);
        }

        _runners.TryRemove(runner.Key, out _);
        _onEnded();
    }
}
