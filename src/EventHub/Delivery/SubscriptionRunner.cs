using System.Collections.Concurrent;
using EventHub.Delivery.Destinations;
using EventHub.Diagnostics;
using EventHub.Events;
using EventHub.Log;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Delivery;

/// <summary>
/// Delivers for one partition of a subscription, under one lease: the loop of I/O around a <see cref="DispatchWindow"/>. Each turn it takes in what happened, reads
/// what there is room for, starts what may start, and commits what is to be committed; then it waits to be woken.
/// </summary>
internal sealed class SubscriptionRunner
{
    private readonly RunnerServices _services;
    private readonly Lease _lease;
    private readonly RunnerPartition _partition;
    private readonly DispatchWindow _window;
    private readonly AttemptRunner _attempts;
    private readonly Settler _settler;
    private readonly EventInbox _inbox;
    private readonly AsyncSignal _signal = new();
    private readonly ConcurrentQueue<EndedAttempt> _ended = new();
    private SubscriptionHistory _history;
    private (int Generation, long Sequence) _requeueCursor;
    private volatile bool _isAttached;
    private bool _wasBreakerOpen;
    private volatile bool _requeued = true;
    private volatile bool _floorWanted;
    private volatile bool _isStopping;
    private long _expireThrough;
    private long _floor;
    private long _detachedAt = -1;
    private long _readThrough;
    private int _known;
    private volatile RouteFeed? _feed;

    /// <param name="services">What it works with.</param>
    /// <param name="history">The subscription.</param>
    /// <param name="layout">The version its partitions were laid out by.</param>
    /// <param name="lease">The right to deliver for one of them.</param>
    public SubscriptionRunner(RunnerServices services, SubscriptionHistory history, EventRoute layout, Lease lease)
    {
        _services = services;
        _history = history;
        _lease = lease;
        _partition = new RunnerPartition(services, lease, layout);
        _window = new DispatchWindow(
            history.Key,
            _partition.Settings(history.Current.Subscription),
            new Breaker(services.Options.BreakerThreshold, (long)services.Options.BreakerProbeDelay.TotalMilliseconds));
        _settler = new Settler(services, lease, _signal);
        _attempts = new AttemptRunner(services, history.Key, OnEnded);
        _inbox = new EventInbox(services.Options.BatchSize * 2, LogReader.PageBytes * 2);
    }

    public int Key => _lease.SubscriptionKey;

    public Lease Lease => _lease;

    /// <summary>How many partitions its layout has.</summary>
    public int Partitions => _partition.Count;

    /// <summary>Told to stop: its end is no failure.</summary>
    public bool IsStopping => _isStopping;

    public Subscription Subscription => _history.Current.Subscription;

    /// <summary>The router's: what feeds it, as long as it is attached.</summary>
    public RouteFeed? Feed { get => _feed; set => _feed = value; }

    /// <summary>The router's: it is fed what comes after this sequence.</summary>
    public long FedAfter { get; set; }

    /// <summary>Set by the router before it lets go of a runner whose inbox is full: the last sequence it was fed.</summary>
    public long DetachedAt
    {
        get => Volatile.Read(ref _detachedAt);
        set => Volatile.Write(ref _detachedAt, value);
    }

    /// <summary>Every dispatch up to here has ended or is a persisted exception.</summary>
    public long Floor => Volatile.Read(ref _floor);

    /// <summary>Dispatches known (waiting, in flight, retrying, parked) and events not read yet, its own or not. An estimate for metrics.</summary>
    public int Pending => (int)Math.Min(int.MaxValue, Volatile.Read(ref _known) + (KeepsUp ? 0 : Math.Max(0, _services.Reader.Head - (_isAttached ? Feed!.Position : Volatile.Read(ref _readThrough))) / Partitions));

    /// <summary>Attempts under way.</summary>
    public int InFlight { get; private set; }

    /// <summary>It is fed as the log grows: all it is owed is among <see cref="Pending"/>, and it is not behind when that is none.</summary>
    public bool KeepsUp => _isAttached && Feed!.IsLive;

    /// <summary>Ids of dispatches with an attempt under way; a snapshot for people.</summary>
    public IReadOnlyCollection<(long Sequence, int Generation, int Attempts)> Attempting => _attempts.Snapshot();

    /// <summary>Any thread: something happened.</summary>
    public void Wake() => _signal.Set();

    /// <summary>Any thread: dispatches were requeued, or a track added.</summary>
    public void WakeForRequeued()
    {
        _requeued = true;
        _signal.Set();
    }

    /// <summary>Any thread: commit the floor even when nothing else is to be committed.</summary>
    public void WakeForFloor()
    {
        _floorWanted = true;
        _signal.Set();
    }

    /// <summary>Any thread: end as lost what is not in flight up to here (hard retention).</summary>
    public void Expire(long through)
    {
        Volatile.Write(ref _expireThrough, through);
        WakeForFloor();
    }

    /// <summary>Any thread: start nothing more; the loop ends when attempts in flight have ended and all is committed.</summary>
    public void Stop()
    {
        _isStopping = true;
        _settler.IsStopping = true;
        _signal.Set();
    }

    /// <summary>Any thread: end attempts in flight now; what is not known of them is as after a crash.</summary>
    public void Abort() => _attempts.Abort();

    /// <summary>The router's: an event that is the subscription's. False: no room, read it yourself.</summary>
    public bool TryOffer(Event item) => _inbox.TryAdd(item);

    /// <summary>Runs until stopped, or until the lease is lost. Throws <see cref="StorageException"/> when the store can not go on.</summary>
    /// <returns>False when the lease was lost.</returns>
    public async Task<bool> RunAsync()
    {
        using var timer = new WakeTimer(_services.Time, _signal);
        try
        {
            await LoadAsync();
            while (true)
            {
                TakeConfiguration();
                TakeEnded();
                if (_settler.TakeOutcome() is { } outcome && !TakeCommitted(outcome)) return false;
                var hasMore = !_isStopping && await FillAsync();
                if (_isStopping && _isAttached) PassWhatWasFed(Feed!.Position);
                StartAttempts();
                StartCommit();
                Volatile.Write(ref _readThrough, _window.Track(0).ReadThrough);
                Volatile.Write(ref _known, _window.Count + _inbox.Count);
                InFlight = _attempts.Count;
                if (_isStopping && _window.InFlight == 0 && !_settler.IsBusy) return true;
                if (hasMore) continue;
                var next = MayStart ? _window.NextWake() : long.MaxValue;
                timer.SetIn(next == long.MaxValue ? long.MaxValue : next - _services.Now);
                await _signal.WaitAsync();
            }
        }
        finally
        {
            _services.Router.Detach(this);
            await _attempts.AbortAsync();
            await _settler.CompleteAsync();
        }
    }

    private void OnEnded(EndedAttempt ended)
    {
        _ended.Enqueue(ended);
        _signal.Set();
    }

    private async Task LoadAsync()
    {
        var state = await _services.Store.Dispatches.LoadStateAsync(Key, _lease.Partition, CancellationToken.None);
        var exceptions = await _partition.OwnAsync(state.Exceptions);
        var now = _services.Now;
        var wallNow = _services.Time.GetUtcNow();
        _window.Configure(_partition.Settings(Subscription), now);
        foreach (var track in state.Tracks)
        {
            _window.AddTrack(track);
            await _partition.ReadEndedAsync(track.Generation, track.Floor, _window);
        }

        foreach (var exception in exceptions) _window.Restore(exception, RetryPolicy.DueAt(exception, Subscription.Delivery, now, wallNow), IsAtMostOnce(exception.Key.Sequence), wallNow);
        Volatile.Write(ref _floor, _window.Track(0).Floor);
    }

    private void TakeConfiguration()
    {
        var history = _services.Registry.Find(Key) ?? _history;
        if (history == _history) return;
        _history = history;
        var settings = _partition.Settings(Subscription);
        if (settings.IsHeld) _window.Unclaim();
        _window.Configure(settings, _services.Now);
    }

    private void TakeEnded()
    {
        while (_ended.TryDequeue(out var ended))
        {
            var dispatch = ended.Dispatch;
            if (ended.Outcome is not { } outcome)
            {
                _window.Abandoned(dispatch, _services.Time.GetUtcNow());
                continue;
            }

            var verdict = RetryPolicy.Decide(
                outcome, dispatch.Attempts + 1, dispatch.IsAtMostOnce, Subscription.Delivery.Retry, dispatch.RetryLimit, dispatch.RetryDelay, dispatch.LastWait, _services.Random);
            _window.Ended(ended, verdict, _services.Now, _services.Time.GetUtcNow());
            WatchBreaker(outcome);
            if (verdict.IsRetry || ended.Event is not { } item) continue;
            _services.Metrics.Processed(item.Source, item.Type, Journal.DispatchNames.Of(verdict.Status), _services.Time.GetUtcNow() - item.CreatedAt);
        }
    }

    private void WatchBreaker(AttemptOutcome outcome)
    {
        if (_window.IsBreakerOpen == _wasBreakerOpen) return;
        _wasBreakerOpen = _window.IsBreakerOpen;
        if (_wasBreakerOpen) EngineLog.BreakerOpened(_services.Logger, Subscription.Name, outcome.Error);
        else EngineLog.BreakerClosed(_services.Logger, Subscription.Name);
    }

    /// <summary>Reads what there is room for. True when there may be more to read at once.</summary>
    private async ValueTask<bool> FillAsync()
    {
        if (_requeued && _window.HasRoom) await TakeRequeuedAsync();
        var hasMore = _isAttached ? TakeInbox() : await ReadTrackAsync(_window.Track(0));
        foreach (var track in _window.Tracks.Where(t => t.Generation != 0).ToList())
        {
            if (track.ReadThrough < track.Until) hasMore |= await ReadTrackAsync(track);
        }

        var expire = Volatile.Read(ref _expireThrough);
        if (expire > 0) _window.Expire(expire, _services.Time.GetUtcNow());
        _window.ParkSlowLanes(_services.Now);
        return hasMore || (_requeued && _window.HasRoom);
    }

    private bool TakeInbox()
    {
        // The position is read first: everything up to it was put into the inbox before.
        var position = Feed!.Position;
        while (_window.HasRoom || _window.Track(0).ReadThrough < Volatile.Read(ref _expireThrough))
        {
            if (_inbox.TryTake(out var item))
            {
                TakeConfiguration(); // every change before the event is there
                Offer(0, item!, _history.At(item!.Sequence));
                continue;
            }

            if (DetachedAt >= 0)
            {
                _window.ReadThrough(0, DetachedAt);
                DetachedAt = -1;
                _isAttached = false;
                return true;
            }

            PassWhatWasFed(position);
            return false;
        }

        return false;
    }

    private void PassWhatWasFed(long position)
    {
        if (_inbox.Count == 0 && DetachedAt < 0) _window.ReadThrough(0, position);
    }

    private async ValueTask<bool> ReadTrackAsync(WindowTrack track)
    {
        var isMain = track.Generation == 0;
        var expires = track.ReadThrough < Volatile.Read(ref _expireThrough);
        if (!_window.HasRoom && !expires) return false;
        if (_partition.EndedThrough(track.Generation) <= track.ReadThrough) await _partition.ReadEndedAsync(track.Generation, track.ReadThrough, _window);
        if (isMain && !expires && IsTakenOver(track.ReadThrough)) return true;
        var history = _history;
        var after = track.ReadThrough;
        var filter = Filter(track);
        var page = await _services.Reader.ReadAsync(after, _services.Options.BatchSize, filter, CancellationToken.None);
        TakeConfiguration(); // every change before the events read is there
        if (filter is not null && _history != history) return true;
        var end = Math.Min(track.Until ?? long.MaxValue, _partition.EndedThrough(track.Generation));
        foreach (var item in page.Events)
        {
            if (item.Sequence > end) break;
            if (!_window.HasRoom && item.Sequence > Volatile.Read(ref _expireThrough))
            {
                _window.ReadThrough(track.Generation, item.Sequence - 1);
                return false;
            }

            var route = isMain ? _history.At(item.Sequence) : _history.Newest;
            if (route is not null && (isMain ? route.Accepts(item) : route.Matches(item))) Offer(track.Generation, item, route);
        }

        _window.ReadThrough(track.Generation, Math.Min(page.Through, end));
        // At the head the router takes over.
        return page.Through > after || isMain;
    }

    private bool IsTakenOver(long readThrough) =>
        _partition.EndedThrough(0) == long.MaxValue && _services.Router.TryAttach(this, readThrough, _window.IsIdle) && (_isAttached = true);

    /// <summary>The store need read only matching types, as long as one version holds for all that is left to read.</summary>
    private IReadOnlyList<TypePattern>? Filter(WindowTrack track)
    {
        var newest = _history.Newest;
        if (track.Generation == 0 && _history.NextChangeAfter(track.ReadThrough + 1) != long.MaxValue) return null;
        return newest.Patterns.Any(p => p.MatchesAll) || !newest.Subscription.Active ? null : [.. newest.Patterns, TypePattern.Parse(TestEvent.Type)];
    }

    private void Offer(int generation, Event item, EventRoute? route)
    {
        if (route is null) return;
        var lane = _partition.LaneOf(item, route, generation == 0);
        if (!_partition.Owns(lane, item.Sequence)) return;
        var delivery = route.Subscription.Delivery;
        var dueAt = 0L;
        if (delivery.Delay > TimeSpan.Zero)
        {
            var wait = item.CreatedAt + delivery.Delay - _services.Time.GetUtcNow();
            if (wait > delivery.Delay) wait = delivery.Delay; // the wall clock was set back
            if (wait > TimeSpan.Zero) dueAt = _services.Now + (long)wait.TotalMilliseconds;
        }

        var dispatch = _window.Offer(generation, item.Sequence, lane, dueAt, delivery.Guarantee == DeliveryGuarantee.AtMostOnce);
        if (dispatch is { IsPersisted: false, DueAt: 0 }) dispatch.Event = item;
    }

    private async ValueTask TakeRequeuedAsync()
    {
        _requeued = false;
        var state = await _services.Store.Dispatches.LoadStateAsync(Key, _lease.Partition, CancellationToken.None);
        foreach (var track in state.Tracks) _window.AddTrack(track);
        var limit = _services.Options.BatchSize;
        var requeued = await _services.Store.Journal.ReadRequeuedAsync(Key, _requeueCursor.Generation, _requeueCursor.Sequence, limit, CancellationToken.None);
        if (requeued.Count == 0) return;
        if (requeued.Count == limit) _requeued = true; // never taken back here: more may have been requeued since the read
        var events = (await _services.Store.Log.GetAsync([.. requeued.Select(r => r.Key.Sequence)], CancellationToken.None)).ToDictionary(e => e.Sequence);
        var now = _services.Now;
        var wallNow = _services.Time.GetUtcNow();
        foreach (var exception in requeued)
        {
            _requeueCursor = (exception.Key.Generation, exception.Key.Sequence);
            var lane = events.TryGetValue(exception.Key.Sequence, out var item) ? _partition.LaneOf(item, _history.Newest, isMain: false) : null;
            if (_partition.Owns(lane, exception.Key.Sequence))
                _window.Restore(exception with { Lane = lane }, RetryPolicy.DueAt(exception, Subscription.Delivery, now, wallNow), IsAtMostOnce(exception.Key.Sequence), wallNow);
        }
    }

    /// <summary>When not, nothing falls due either: whoever ends the runner, or renews its lease, wakes it.</summary>
    private bool MayStart => !_isStopping && !_history.IsDeleted && _services.Leases.IsValid(_services.Now);

    private void StartAttempts()
    {
        if (_isStopping || _history.IsDeleted) _window.Unclaim();

        while (MayStart && _window.TryStart(_services.Now) is { } dispatch) _attempts.Start(dispatch, Subscription);
    }

    private void StartCommit()
    {
        if (_settler.IsBusy) return;
        var withFloors = _floorWanted || _isStopping;
        _floorWanted = false;
        if (_window.TakeCommit(withFloors, _services.Now, _services.Time.GetUtcNow()) is { } commit) _settler.Start(commit, Subscription.Name);
    }

    private bool TakeCommitted(CommitOutcome outcome)
    {
        outcome.Failure?.Throw();
        if (outcome.IsHeld)
        {
            _window.Committed();
            foreach (var floor in outcome.Commit.Floors)
            {
                if (floor.Generation == 0) Volatile.Write(ref _floor, floor.Floor);
            }
        }
        else if (!_history.IsDeleted) EngineLog.LeaseLost(_services.Logger, Subscription.Name);
        return outcome.IsHeld;
    }

    private bool IsAtMostOnce(long sequence) =>
        (_history.At(sequence) ?? _history.Newest).Subscription.Delivery.Guarantee == DeliveryGuarantee.AtMostOnce;
}
