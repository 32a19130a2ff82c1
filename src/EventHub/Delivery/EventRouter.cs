using EventHub.Events;
using EventHub.Log;
using EventHub.Routing;
using Microsoft.Extensions.Logging;

namespace EventHub.Delivery;

/// <summary>
/// The route stage: one reader for all runners that keep up. It reads the log once, asks the route table of each event's sequence who takes it,
/// and puts it into those runners' inboxes. A runner that cannot take an event is detached there and reads on by itself.
/// </summary>
internal sealed class EventRouter
{
    /// <summary>A runner further behind than this reads on by itself first: meanwhile its inbox would only fill up.</summary>
    private const long MaxGap = 1024;

    private readonly LogReader _reader;
    private readonly LogTail _tail;
    private readonly SubscriptionRegistry _registry;
    private readonly Storage.IEventLog _log;
    private readonly TimeSpan _pollInterval;
    private readonly int _batchSize;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();

    /// <summary>By subscription; for each of its partitions the runner, if it is fed.</summary>
    private readonly Dictionary<int, SubscriptionRunner?[]> _attached = [];
    private readonly HashSet<EventRoute> _matches = [];
    private readonly HashSet<SubscriptionRunner> _touched = [];
    private readonly List<SubscriptionRunner> _waiting = [];
    private readonly AsyncSignal _signal = new();
    private long _position;
    private volatile bool _isStopping;
    private Task _loop = Task.CompletedTask;

    public EventRouter(
        LogReader reader, LogTail tail, SubscriptionRegistry registry, Storage.IEventLog log, Hosting.HubOptions options, TimeProvider time, ILogger logger)
    {
        _reader = reader;
        _tail = tail;
        _registry = registry;
        _log = log;
        _pollInterval = options.PollInterval;
        _batchSize = Math.Max(options.BatchSize, 256);
        _time = time;
        _logger = logger;
    }

    /// <summary>Every event up to this sequence has been put into the inboxes of the attached runners that take it.</summary>
    public long Position => Volatile.Read(ref _position);

    public void Start(long head)
    {
        _position = head;
        _tail.Watch(_signal);
        _loop = RunAsync();
    }

    public async Task StopAsync()
    {
        _isStopping = true;
        _signal.Set();
        await _loop;
        _tail.Unwatch();
    }

    /// <summary>
    /// Takes over reading for a runner that has read up to <paramref name="readThrough"/>, if that is where the router is, or shortly before: what
    /// lies between is still the runner's to read. Else a runner would chase a router that moves on, and many runners would each read the whole
    /// log. Not while a subscription change lies ahead of the router: until then the runner, which knows its own versions, reads on by itself.
    /// </summary>
    /// <returns>The last sequence the runner has to read by itself; <c>null</c> when it was not taken over.</returns>
    public long? TryAttach(SubscriptionRunner runner, long readThrough)
    {
        lock (_lock)
        {
            if (_isStopping || readThrough > _position || _position - readThrough > MaxGap || _position < _registry.ChangedAt) return null;
            // The runners of one layout are gone before the next one's are there.
            if (!_attached.TryGetValue(runner.Key, out var partitions) || partitions.Length != runner.Partitions)
                _attached[runner.Key] = partitions = new SubscriptionRunner?[runner.Partitions];
            partitions[runner.Lease.Partition] = runner;
            return _position;
        }
    }

    /// <summary>Wakes a runner, which has read through <paramref name="readThrough"/> and found nothing more, when it can attach.</summary>
    public void WakeWhenMoved(SubscriptionRunner runner, long readThrough)
    {
        lock (_lock)
        {
            if (readThrough > _position) _waiting.Add(runner);
            else runner.Wake();
        }
    }

    /// <summary>Stops feeding a runner. Where it was: <see cref="SubscriptionRunner.DetachedAt"/> is set only when it was refused an event.</summary>
    public void Detach(SubscriptionRunner runner)
    {
        lock (_lock)
        {
            if (_attached.TryGetValue(runner.Key, out var partitions) && partitions.Contains(runner)) Remove_NeedsLock(runner, partitions);
        }
    }

    private void Remove_NeedsLock(SubscriptionRunner runner, SubscriptionRunner?[] partitions)
    {
        partitions[runner.Lease.Partition] = null;
        if (Array.TrueForAll(partitions, static other => other is null)) _attached.Remove(runner.Key);
    }

    private async Task RunAsync()
    {
        using var timer = new WakeTimer(_time, _signal);
        while (!_isStopping)
        {
            try
            {
                var page = await _reader.ReadAsync(_position, _batchSize, null, CancellationToken.None);
                if (page.Through > _position)
                {
                    Route(page);
                    continue;
                }

                timer.SetIn((long)_pollInterval.TotalMilliseconds);
                await _signal.WaitAsync();
                if (_reader.Head == _position && !_isStopping) _tail.MoveHead((await _log.GetStateAsync(CancellationToken.None)).Head);
            }
            catch (Storage.StorageException e) when (!_isStopping)
            {
                Diagnostics.EngineLog.RouterFailed(_logger, e.Message);
                timer.SetIn(1000);
                await _signal.WaitAsync();
            }
        }
    }

    private void Route(Storage.EventPage page)
    {
        lock (_lock)
        {
            foreach (var item in page.Events) RouteOne(item);
            Volatile.Write(ref _position, page.Through);
            foreach (var runner in _waiting) _touched.Add(runner);
            _waiting.Clear();
        }

        foreach (var runner in _touched) runner.Wake();
        _touched.Clear();
    }

    private void RouteOne(Event item)
    {
        _registry.TableFor(item.Sequence).Match(item, _matches);
        foreach (var route in _matches)
        {
            if (!_attached.TryGetValue(route.Key, out var partitions)) continue;
            if (partitions[partitions.Length == 1 ? 0 : Partitions.Of(route.LaneOf(item), item.Sequence, partitions.Length)] is not { } runner) continue;
            _touched.Add(runner);
            if (runner.TryOffer(item)) continue;
            runner.DetachedAt = item.Sequence - 1;
            Remove_NeedsLock(runner, partitions);
        }

        _matches.Clear();
    }
}
