using System.Numerics;
using EventHub.Diagnostics;
using EventHub.Log;
using EventHub.Routing;
using EventHub.Storage;
using Microsoft.Extensions.Logging;

namespace EventHub.Delivery;

/// <summary>
/// The route stage: the log is read once for all runners that keep up, and once for all that are about as far behind, so what a subscription costs that an event
/// is not for does not depend on how many events there are. A runner that cannot take an event is let go of there and reads on by itself.
/// </summary>
/// <remarks>
/// Those behind are fed in passes up to where the live feed is, which then takes them over. A pass is for one class of distance (each twice as far as the one before),
/// and there is one of a class at a time: a runner waits no longer than about the time its own reading takes. A runner that the present pass
/// of its class has gone past waits for the next one. Passes take turns, page by page.
/// </remarks>
internal sealed class EventRouter
{
    /// <summary>Events behind, up to which it is all the same distance: some milliseconds of reading.</summary>
    private const long Near = 8192;

    private readonly LogReader _reader;
    private readonly LogTail _tail;
    private readonly SubscriptionRegistry _registry;
    private readonly IEventLog _log;
    private readonly TimeSpan _pollInterval;
    private readonly int _runnerBatch;
    private readonly int _batchSize;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly AsyncSignal _moved = new();
    private readonly AsyncSignal _fallenBehind = new();

    /// <summary>In order of their beginning.</summary>
    private readonly List<RouteFeed> _passes = [];
    private RouteFeed _live;
    private volatile bool _isStopping;
    private Task _loops = Task.CompletedTask;

    public EventRouter(
        LogReader reader, LogTail tail, SubscriptionRegistry registry, IEventLog log, Hosting.HubOptions options, TimeProvider time, ILogger logger)
    {
        _reader = reader;
        _tail = tail;
        _registry = registry;
        _log = log;
        _pollInterval = options.PollInterval;
        _runnerBatch = options.BatchSize;
        _batchSize = Math.Max(options.BatchSize, 256);
        _time = time;
        _logger = logger;
        _live = new RouteFeed(registry, 0, distance: -1);
    }

    public void Start(long head)
    {
        _live = new RouteFeed(_registry, head, distance: -1);
        _tail.Watch(_moved);
        _loops = Task.WhenAll(KeepUpAsync(), CatchUpAsync());
    }

    public async Task StopAsync()
    {
        _isStopping = true;
        _moved.Set();
        _fallenBehind.Set();
        await _loops;
        _tail.Unwatch();
    }

    /// <summary>
    /// Takes over reading for a runner that has read up to <paramref name="readThrough"/>: from now on it is offered all that comes after. Not when it is
    /// more than a batch behind and has work to do: it would only be let go of again.
    /// </summary>
    /// <returns>Whether it was.</returns>
    public bool TryAttach(SubscriptionRunner runner, long readThrough, bool isIdle)
    {
        lock (_lock)
        {
            var behind = _live.Position - readThrough;
            if (_isStopping || (behind > _runnerBatch && !isIdle)) return false;
            runner.FedAfter = readThrough;
            (behind <= 0 ? _live : PassFor_NeedsLock(readThrough, behind)).Add(runner);
            return true;
        }
    }

    /// <summary>Stops feeding a runner. Where it was: <see cref="SubscriptionRunner.DetachedAt"/> is set only when it was refused an event.</summary>
    public void Detach(SubscriptionRunner runner)
    {
        lock (_lock) runner.Feed?.Remove(runner);
    }

    /// <summary>The registry has taken in a new version of a subscription; told before any event that comes after it.</summary>
    public void Changed(int subscriptionKey)
    {
        lock (_lock)
        {
            _live.Changed(subscriptionKey);
            foreach (var pass in _passes) pass.Changed(subscriptionKey);
        }
    }

    private RouteFeed PassFor_NeedsLock(long readThrough, long behind)
    {
        var distance = BitOperations.Log2((ulong)(behind / Near) + 1);
        var pass = _passes.Find(pass => pass.Distance == distance && (!pass.HasStarted || pass.Position <= readThrough));
        if (pass is null)
        {
            _passes.Add(pass = new RouteFeed(_registry, readThrough, distance));
            _fallenBehind.Set();
        }

        if (!pass.HasStarted) pass.BeginBefore(readThrough);
        return pass;
    }

    private async Task KeepUpAsync()
    {
        using var timer = new WakeTimer(_time, _moved);
        while (!_isStopping)
        {
            try
            {
                var page = await _reader.ReadAsync(_live.Position, _batchSize, null, CancellationToken.None);
                if (page.Through > _live.Position)
                {
                    lock (_lock) _live.Route(page);
                    WakeTouched(_live);
                    continue;
                }

                timer.SetIn((long)_pollInterval.TotalMilliseconds);
                await _moved.WaitAsync();
                if (_reader.Head == _live.Position && !_isStopping) _tail.MoveHead((await _log.GetStateAsync(CancellationToken.None)).Head);
            }
            catch (StorageException e)
            {
                if (_isStopping) return;
                EngineLog.RouterFailed(_logger, e.Message);
                timer.SetIn(1000);
                await _moved.WaitAsync();
            }
        }
    }

    private async Task CatchUpAsync()
    {
        using var timer = new WakeTimer(_time, _fallenBehind);
        while (!_isStopping)
        {
            List<RouteFeed> turn;
            lock (_lock) turn = [.. _passes.DistinctBy(static pass => pass.Distance)];
            if (turn.Count == 0) await _fallenBehind.WaitAsync();
            try
            {
                foreach (var pass in turn) await StepAsync(pass);
            }
            catch (StorageException e)
            {
                if (_isStopping) return;
                EngineLog.RouterFailed(_logger, e.Message);
                timer.SetIn(1000);
                await _fallenBehind.WaitAsync();
            }
        }
    }

    private async ValueTask StepAsync(RouteFeed pass)
    {
        var (filter, version) = Begin(pass);
        var page = await _reader.ReadAsync(pass.Position, _batchSize, filter, CancellationToken.None);
        lock (_lock)
        {
            // A page that was read for fewer may lack what is for those who came since.
            if (filter is null || pass.Version == version) pass.Route(page);
            if (pass.Position >= _live.Position || pass.IsEmpty) End_NeedsLock(pass);
        }

        WakeTouched(pass);
    }

    private (IReadOnlyList<Events.TypePattern>? Filter, int Version) Begin(RouteFeed pass)
    {
        lock (_lock)
        {
            pass.HasStarted = true;
            return (pass.Filter(), pass.Version);
        }
    }

    /// <summary>The live feed has not been further: it goes on for the pass's runners from where they are.</summary>
    private void End_NeedsLock(RouteFeed pass)
    {
        _passes.Remove(pass);
        foreach (var runner in pass.Runners)
        {
            runner.FedAfter = Math.Max(runner.FedAfter, pass.Position);
            _live.Add(runner);
        }
    }

    private static void WakeTouched(RouteFeed feed)
    {
        foreach (var runner in feed.Touched) runner.Wake();
        feed.Touched.Clear();
    }
}
