using EventHub.Delivery;
using EventHub.Diagnostics;
using EventHub.Hosting;
using EventHub.Log;
using EventHub.Routing;
using EventHub.Storage;
using Microsoft.Extensions.Logging;

namespace EventHub.Maintenance;

/// <summary>
/// Removes events older than the retention, never one a subscription or consumer is still owed. Hard retention removes those too: first their dispatches end
/// as <c>lost</c>, then the events go.
/// </summary>
internal sealed class RetentionKeeper
{
    private readonly MaintenanceLoop _loop;
    private readonly IHubStore _store;
    private readonly SubscriptionRegistry _registry;
    private readonly RunnerHost _runners;
    private readonly HubOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LogTail _tail;

    public RetentionKeeper(IHubStore store, SubscriptionRegistry registry, RunnerHost runners, LogTail tail, HubOptions options, TimeProvider time, ILogger logger)
    {
        _store = store;
        _registry = registry;
        _runners = runners;
        _tail = tail;
        _options = options;
        _time = time;
        _logger = logger;
        _loop = new MaintenanceLoop("retention", options.RetentionInterval, TurnAsync, time, logger);
    }

    public void Start() => _loop.Start();

    public Task StopAsync() => _loop.StopAsync();

    /// <summary>One turn: also called by tests.</summary>
    internal async ValueTask TurnAsync()
    {
        var now = _time.GetUtcNow();
        var old = _options.Retention > TimeSpan.Zero ? await _store.Log.FindSequenceBeforeAsync(now - _options.Retention, CancellationToken.None) : 0;
        var owedFrom = await OwedFromAsync();
        if (_options.RetentionHard && old > owedFrom)
        {
            // Their runners end what is owed as lost and move their floors; the next turn finds them moved.
            foreach (var runner in _runners.Runners) runner.Expire(old);
        }

        var upTo = Math.Min(old, owedFrom);
        var removed = await _store.Log.TrimAsync(upTo, now, CancellationToken.None);
        if (removed > 0) EngineLog.Trimmed(_logger, removed, upTo);
    }

    /// <summary>Everything up to this sequence is not owed to anybody as the next of its track or to a consumer.</summary>
    private async ValueTask<long> OwedFromAsync()
    {
        var owed = _tail.Head;
        foreach (var counts in await _store.Journal.GetCountsAsync(CancellationToken.None))
        {
            owed = Math.Min(owed, counts.LowestFloor);
        }

        // Consumers have nobody here to write down what they lose: hard retention does not wait for them, and their clients are told.
        if (_options.RetentionHard) return owed;
        foreach (var consumer in await _store.Consumers.ListAsync(CancellationToken.None)) owed = Math.Min(owed, consumer.Cursor);
        return owed;
    }
}
