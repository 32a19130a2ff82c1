using System.Collections.Concurrent;
using EventHub.Diagnostics;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Delivery;

/// <summary>Runs one <see cref="SubscriptionRunner"/> per lease this process holds.</summary>
internal sealed class RunnerHost(RunnerServices services)
{
    private readonly ConcurrentDictionary<(int Subscription, int Partition), (SubscriptionRunner Runner, Task Task)> _runners = new();
    private Action<bool> _onEnded = static _ => { };

    /// <summary>In the order of their keys: that of the hash codes is another in every process, and a simulated run could not be repeated.</summary>
    private (SubscriptionRunner Runner, Task Task)[] Entries => [.. _runners.ToArray().OrderBy(static entry => entry.Key).Select(static entry => entry.Value)];

    /// <summary>Called when a runner has ended, with whether it was told to: if not, its partition needs a new one, if the lease is still held.</summary>
    public void OnRunnerEnded(Action<bool> onEnded) => _onEnded = onEnded;

    public IEnumerable<SubscriptionRunner> Runners => Entries.Select(static entry => entry.Runner);

    public SubscriptionRunner? Find(int subscriptionKey, int partition) => _runners.TryGetValue((subscriptionKey, partition), out var entry) ? entry.Runner : null;

    /// <summary>The runners of a subscription that are here.</summary>
    public IEnumerable<SubscriptionRunner> Of(int subscriptionKey)
    {
        var most = services.Registry.Find(subscriptionKey)?.MostPartitions ?? 1;
        for (var partition = 0; partition < most; partition++)
        {
            if (Find(subscriptionKey, partition) is { } runner) yield return runner;
        }
    }

    /// <summary>Lowest floor of a subscription's main tracks, when all its partitions are delivered for here.</summary>
    public long? FloorOf(int subscriptionKey)
    {
        var (count, partitions, floor) = (0, 1, long.MaxValue);
        foreach (var runner in Of(subscriptionKey)) (count, partitions, floor) = (count + 1, runner.Partitions, Math.Min(floor, runner.Floor));
        return count == partitions ? floor : null;
    }

    /// <summary>Starts runners for new leases and stops those whose lease is not among these any more. One caller at a time.</summary>
    /// <param name="leases">All that are held.</param>
    /// <param name="leaving">Those whose runners drain, to be given back: they are left to it, and not started again.</param>
    public void Reconcile(IReadOnlyList<Lease> leases, IReadOnlySet<(int Subscription, int Partition)> leaving)
    {
        var held = leases.ToDictionary(static lease => (lease.SubscriptionKey, lease.Partition));
        foreach (var entry in Entries)
        {
            if (held.TryGetValue((entry.Runner.Key, entry.Runner.Lease.Partition), out var lease) && lease == entry.Runner.Lease) continue;
            // A runner without its lease must not have attempts in flight when the next one starts: they are ended, not drained.
            entry.Runner.Stop();
            entry.Runner.Abort();
        }

        foreach (var lease in leases)
        {
            if (_runners.ContainsKey((lease.SubscriptionKey, lease.Partition)) || leaving.Contains((lease.SubscriptionKey, lease.Partition))) continue;
            if (services.Registry.Find(lease.SubscriptionKey) is not { IsDeleted: false } history || history.Find(lease.Layout) is not { } layout) continue;
            // A runner of another layout has to be gone: it may have an attempt in flight for a key that is in this partition now.
            if (Of(lease.SubscriptionKey).All(other => other.Lease.Layout == lease.Layout)) Start(history, layout, lease);
        }
    }

    /// <summary>Ends all runners and their attempts now: the leases can not be relied on any more.</summary>
    public void AbortAll()
    {
        var entries = Entries;
        if (entries.Length > 0) EngineLog.LeasesRanOut(services.Logger, entries.Sum(static entry => entry.Runner.InFlight));
        foreach (var entry in entries)
        {
            entry.Runner.Stop();
            entry.Runner.Abort();
        }
    }

    /// <summary>Stops all runners: attempts in flight have until <paramref name="deadline"/> is cancelled to end; what then still runs is ended and counted.</summary>
    public async Task<int> StopAsync(CancellationToken deadline)
    {
        var entries = Entries;
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

    private void Start(SubscriptionHistory history, EventRoute layout, Lease lease)
    {
        var runner = new SubscriptionRunner(services, history, layout, lease);
        // Registered before it runs: an end must find it there.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _runners[(lease.SubscriptionKey, lease.Partition)] = (runner, RunAsync(runner, started.Task));
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

        _runners.TryRemove((runner.Key, runner.Lease.Partition), out _);
        _onEnded(runner.IsStopping);
    }
}
