using System.Runtime.CompilerServices;
using EventHub.Delivery;
using EventHub.Diagnostics;
using EventHub.Log;
using EventHub.Routing;
using EventHub.Storage;
using Microsoft.Extensions.Logging;

namespace EventHub.Maintenance;

/// <summary>Keeps what the gauges by subscriber and by consumer show: lag, pending, oldest age, dead letters. Refreshed now and then, so that a scrape costs no query.</summary>
internal sealed class GaugeKeeper
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);
    private readonly MaintenanceLoop _loop;
    private readonly IHubStore _store;
    private readonly SubscriptionRegistry _registry;
    private readonly RunnerHost _runners;
    private readonly LogTail _tail;
    private readonly TimeProvider _time;
    private volatile SubscriberGauges[] _gauges = [];
    private volatile (string Consumer, long LagEvents)[] _consumerLags = [];
    private volatile StrongBox<OutboxBacklog> _outbox = new();

    public GaugeKeeper(
        IHubStore store, SubscriptionRegistry registry, RunnerHost runners, LogTail tail, HubMetrics metrics, TimeProvider time, ILogger logger)
    {
        _store = store;
        _registry = registry;
        _runners = runners;
        _tail = tail;
        _time = time;
        _loop = new MaintenanceLoop("gauges", s_interval, TurnAsync, time, logger);
        metrics.Observe(() => _gauges);
        metrics.ObserveConsumers(() => _consumerLags);
        if (store.Outbox is not null) metrics.ObserveOutbox(() => (_outbox.Value.Waiting, _outbox.Value.OldestAge.TotalSeconds));
    }

    public void Start() => _loop.Start();

    public Task StopAsync() => _loop.StopAsync();

    private async ValueTask TurnAsync()
    {
        var head = _tail.Head;
        var gauges = new List<SubscriberGauges>();
        var ages = new Dictionary<long, double>();
        foreach (var counts in await _store.Journal.GetCountsAsync(CancellationToken.None))
        {
            if (_registry.Find(counts.SubscriptionKey) is not { IsDeleted: false } history) continue;
            var runners = _runners.Of(counts.SubscriptionKey).ToList();
            var floor = Math.Max(counts.Floor, _runners.FloorOf(counts.SubscriptionKey) ?? 0);
            var lag = Math.Max(0, head - floor);
            var pending = Math.Max(counts.Exceptions, runners.Sum(static runner => (long)runner.Pending));
            // The floor of one that is up to date stands still while events go by that are not its own.
            if (pending == 0 && runners.TrueForAll(static runner => runner.KeepsUp)) lag = 0;
            var age = lag > 0 || pending > 0 ? await OldestAgeAsync(counts, floor, ages) : 0;
            gauges.Add(new SubscriberGauges(history.Current.Subscription.Name, pending, lag, age, counts.DeadLetters));
        }

        _gauges = [.. gauges];
        if (_store.Outbox is { } outbox) _outbox = new StrongBox<OutboxBacklog>(await outbox.GetBacklogAsync(CancellationToken.None));
        _consumerLags = [.. (await _store.Consumers.ListAsync(CancellationToken.None)).Select(consumer => (consumer.Name, Math.Max(0, head - consumer.Cursor)))];
    }

    /// <summary>Age of the oldest exception, or of the first event above the floor, which many may share.</summary>
    private async ValueTask<double> OldestAgeAsync(SubscriptionCounts counts, long floor, Dictionary<long, double> ages)
    {
        if (counts.Exceptions > 0)
        {
            var query = new DispatchQuery { SubscriptionKey = counts.SubscriptionKey, Statuses = [DispatchStatus.Ongoing], Limit = 1 };
            if (await _store.Journal.QueryAsync(query, CancellationToken.None) is [var oldest]) return AgeOf(oldest.CreatedAt);
        }

        if (!ages.TryGetValue(floor, out var age))
        {
            ages.Add(floor, age = await _store.Log.ReadAsync(floor, 1, 1, null, CancellationToken.None) is { Events: [var first] } ? AgeOf(first.CreatedAt) : 0);
        }

        return age;
    }

    private double AgeOf(DateTimeOffset created) => Math.Max(0, (_time.GetUtcNow() - created).TotalSeconds);
}
