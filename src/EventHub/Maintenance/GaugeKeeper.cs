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
    }

    public void Start() => _loop.Start();

    public Task StopAsync() => _loop.StopAsync();

    private async ValueTask TurnAsync()
    {
        var head = _tail.Head;
        var gauges = new List<SubscriberGauges>();
        foreach (var counts in await _store.Journal.GetCountsAsync(CancellationToken.None))
        {
            if (_registry.Find(counts.SubscriptionKey) is not { IsDeleted: false } history) continue;
            var runners = _runners.Of(counts.SubscriptionKey).ToList();
            var floor = Math.Max(counts.Floor, _runners.FloorOf(counts.SubscriptionKey) ?? 0);
            var lag = Math.Max(0, head - floor);
            var pending = Math.Max(counts.Exceptions, runners.Sum(static runner => (long)runner.Pending));
            // The floor of one that is up to date stands still while events go by that are not its own.
            if (pending == 0 && runners.TrueForAll(static runner => runner.IsAttached)) lag = 0;
            var age = lag > 0 || pending > 0 ? await OldestAgeAsync(counts.SubscriptionKey, floor) : 0;
            gauges.Add(new SubscriberGauges(history.Current.Subscription.Name, pending, lag, age, counts.DeadLetters));
        }

        _gauges = [.. gauges];
        _consumerLags = [.. (await _store.Consumers.ListAsync(CancellationToken.None)).Select(consumer => (consumer.Name, Math.Max(0, head - consumer.Cursor)))];
    }

    /// <summary>Age of the oldest exception, or of the first event above the floor.</summary>
    private async ValueTask<double> OldestAgeAsync(int subscriptionKey, long floor)
    {
        var query = new DispatchQuery { SubscriptionKey = subscriptionKey, Statuses = [DispatchStatus.Ongoing], Limit = 1 };
        var created = await _store.Journal.QueryAsync(query, CancellationToken.None) is [var oldest]
            ? oldest.CreatedAt
            : await _store.Log.ReadAsync(floor, 1, 1, null, CancellationToken.None) is { Events: [var first] } ? first.CreatedAt : (DateTimeOffset?)null;
        return created is { } time ? Math.Max(0, (_time.GetUtcNow() - time).TotalSeconds) : 0;
    }
}
