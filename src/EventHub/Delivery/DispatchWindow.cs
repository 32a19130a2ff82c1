using EventHub.Delivery.Destinations;
using EventHub.Storage;

namespace EventHub.Delivery;

/// <summary>
/// The delivery state machine of one partition of a subscription. Pure: no I/O, no clock, no tasks; one caller at a time.
/// In: offered events, attempt outcomes, the time, "committed". Out: attempts to start, what to commit, when to wake.
/// </summary>
/// <remarks>
/// A dispatch is offered in order of its track, starts when its time, its lane and a slot allow, and ends in a commit. Until then it holds its
/// track's floor, unless it is persisted as an exception (retrying, parked, started). A lane passes to the next dispatch only when the result of
/// the one before is committed, so order holds across a crash. Times are milliseconds of a monotonic clock; in the store they are wall clock.
/// </remarks>
internal sealed class DispatchWindow
{
    private readonly Breaker _breaker;
    private readonly SortedDictionary<int, WindowTrack> _tracks = [];
    private readonly Dictionary<(long Sequence, int Generation), Dispatch> _dispatches = [];
    private readonly LaneTable _lanes = new();
    private readonly StartQueue _queue = new();
    private readonly Queue<Dispatch> _claimed = new();
    private readonly HashSet<Dispatch> _inFlight = [];
    private readonly List<Dispatch> _claiming = [];
    private readonly List<Dispatch> _ending = [];
    private readonly List<Dispatch> _committing = [];
    private readonly CommitDraft _draft;
    private WindowSettings _settings;
    private TokenBucket? _bucket;
    private int _newestTrack = -1;
    private int _persisted;
    private int _unread;
    private int _claimsCommitting;
    private long _heldUntil = long.MaxValue;
    private bool _isCommitting;

    public DispatchWindow(int subscriptionKey, WindowSettings settings, Breaker breaker)
    {
        _draft = new CommitDraft(subscriptionKey);
        _settings = settings;
        _breaker = breaker;
    }

    public IEnumerable<WindowTrack> Tracks => _tracks.Values;

    /// <summary>What the store has a result of above its track's floor.</summary>
    public EndedSet EndedAboveFloor { get; } = new();

    public int InFlight => _inFlight.Count;

    /// <summary>All dispatches known.</summary>
    public IEnumerable<Dispatch> Dispatches => _dispatches.Values;

    public int Count => _dispatches.Count;

    /// <summary>All it knows is persisted: nothing that was read is being worked on.</summary>
    public bool IsIdle => _dispatches.Count == _persisted;

    public bool IsBreakerOpen => _breaker.IsOpen;

    private int Claiming => _claiming.Count + _claimsCommitting;

    /// <summary>
    /// Whether more may be read. When not, the runner leaves the events in the log. An open breaker leaves room for one, which can be the probe.
    /// </summary>
    public bool HasRoom =>
        !_settings.IsPaused && _dispatches.Count - _persisted < (_breaker.IsOpen ? 1 : _settings.Capacity) && _persisted - _unread < _settings.MaxExceptions;

    public void Configure(WindowSettings settings, long now)
    {
        if (settings.RateLimit != _settings.RateLimit || (_bucket is null && settings.RateLimit is not null))
        {
            _bucket = settings.RateLimit is { } limit ? new TokenBucket(limit, now) : null;
        }

        _settings = settings;
    }

    /// <summary>
    /// Adds a track, in order of generation. One known already stays as it is, and one that is through does not come back, though the state it was
    /// read with may be from before its end.
    /// </summary>
    public void AddTrack(Track track)
    {
        if (track.Generation <= _newestTrack) return;
        _newestTrack = track.Generation;
        _tracks.Add(track.Generation, new WindowTrack(track.Generation, track.Floor, track.Until));
    }

    public WindowTrack Track(int generation) => _tracks[generation];

    /// <summary>
    /// Takes in an exception found in the store; in order of sequence. One above its track's floor waits until reading meets it, since older
    /// dispatches of its lane may still lie between. One that was started at most once is lost.
    /// </summary>
    public void Restore(ExceptionRecord exception, long dueAt, bool isAtMostOnce, DateTimeOffset wallNow)
    {
        var id = (exception.Key.Sequence, exception.Key.Generation);
        if (_dispatches.ContainsKey(id)) return;
        var dispatch = Dispatch.Of(exception, dueAt, isAtMostOnce);
        _dispatches.Add(id, dispatch);
        _persisted++;
        if (_tracks.TryGetValue(dispatch.Generation, out var track) && dispatch.Sequence > track.Floor)
        {
            dispatch.Stage = DispatchStage.Unread;
            _unread++;
        }

        if (exception.State == ExceptionState.Started)
        {
            EndWith(dispatch, DispatchStatus.Lost, wallNow, "started, and not known to have ended before the hub went down");
        }
        else if (dispatch.Stage == DispatchStage.Waiting)
        {
            EnterLane(dispatch);
        }
    }

    /// <summary>Offers the next dispatch of a track, in order of sequence. Ones already known or ended are passed over.</summary>
    /// <returns>The dispatch when it is new.</returns>
    public Dispatch? Offer(int generation, long sequence, string? lane, long dueAt, bool isAtMostOnce)
    {
        var track = _tracks[generation];
        track.ReadThrough = Math.Max(track.ReadThrough, sequence);
        if (EndedAboveFloor.Take(generation, sequence)) return null;
        if (_dispatches.TryGetValue((sequence, generation), out var known))
        {
            Meet(known);
            return null;
        }

        var dispatch = new Dispatch { Sequence = sequence, Generation = generation, Lane = lane, DueAt = dueAt, IsAtMostOnce = isAtMostOnce };
        _dispatches.Add(dispatch.Id, dispatch);
        track.Unpassed.Enqueue(dispatch);
        EnterLane(dispatch);
        return dispatch;
    }

    /// <summary>Everything up to <paramref name="sequence"/> has been offered, or is not the subscription's.</summary>
    public void ReadThrough(int generation, long sequence)
    {
        var track = _tracks[generation];
        track.ReadThrough = Math.Max(track.ReadThrough, sequence);
        if (_unread == 0) return;
        // Reading passed it without offering it: the subscription's filter no longer has it. It is owed all the same.
        foreach (var dispatch in _dispatches.Values.Where(d => d.Generation == generation && d.Sequence <= sequence).OrderBy(d => d.Sequence).ToList()) Meet(dispatch);
    }

    /// <summary>The next attempt to start, if there is one now.</summary>
    public Dispatch? TryStart(long now)
    {
        _heldUntil = long.MaxValue;
        if (_settings.IsHeld) return null;
        _queue.Advance(now);
        while (_inFlight.Count < _settings.Concurrency)
        {
            var isClaimed = _claimed.TryPeek(out var dispatch);
            dispatch ??= _queue.Peek();
            if (dispatch is null) return null;
            if (!isClaimed && dispatch.IsAtMostOnce)
            {
                if (!_breaker.Allows(now)) return HoldUntil(_breaker.ProbeAt);
                if (_inFlight.Count + _claimed.Count + Claiming >= _settings.Concurrency) return null;
                Claim(_queue.Take());
                continue;
            }

            if (!_breaker.Allows(now)) return HoldUntil(_breaker.ProbeAt);
            if (_bucket?.TryTake(now) == false) return HoldUntil(_bucket.NextAt(now));
            if (isClaimed) _claimed.Dequeue();
            else _queue.Take();
            dispatch.Stage = DispatchStage.InFlight;
            dispatch.StartedAt = now;
            _inFlight.Add(dispatch);
            _breaker.Started();
            return dispatch;
        }

        return null;
    }

    /// <summary>An attempt ended.</summary>
    /// <param name="ended">The attempt.</param>
    /// <param name="verdict">What follows.</param>
    /// <param name="now">The time.</param>
    /// <param name="wallNow">The wall clock's time.</param>
    public void Ended(EndedAttempt ended, Verdict verdict, long now, DateTimeOffset wallNow)
    {
        var dispatch = ended.Dispatch;
        var outcome = ended.Outcome!;
        _inFlight.Remove(dispatch);
        _breaker.Ended(outcome.Kind is AttemptKind.NetworkError or AttemptKind.Timeout, now);
        dispatch.Attempts++;
        dispatch.LastError = outcome.Error;
        // The first attempt's success is told whole by the result; everything else is written down attempt by attempt.
        if (verdict.IsRetry || dispatch.Attempts > 1 || verdict.Status is not (DispatchStatus.Complete or DispatchStatus.Ignored)) _draft.AddAttempt(ended);
        if (verdict.IsRetry)
        {
            dispatch.Stage = DispatchStage.Waiting;
            dispatch.LastWait = verdict.Wait;
            dispatch.DueAt = now + verdict.Wait;
            dispatch.Event = null;
            Persist(dispatch);
            _queue.Add(dispatch);
            BlockLane(dispatch);
            return;
        }

        End(dispatch, verdict.Status, wallNow, ended, null);
    }

    /// <summary>
    /// An attempt was stopped with the hub and nothing is known of its outcome: at least once it is as if never made (it will be made again),
    /// at most once it is lost.
    /// </summary>
    public void Abandoned(Dispatch dispatch, DateTimeOffset wallNow)
    {
        _inFlight.Remove(dispatch);
        dispatch.Stage = DispatchStage.Waiting;
        if (dispatch.IsAtMostOnce) EndWith(dispatch, DispatchStatus.Lost, wallNow, "the hub stopped before the attempt ended");
        else _queue.Add(dispatch);
    }

    /// <summary>The hub stops, or the subscription is paused: what was claimed and not begun is given back.</summary>
    public void Unclaim()
    {
        while (_claimed.TryDequeue(out var dispatch))
        {
            dispatch.Stage = DispatchStage.Waiting;
            Persist(dispatch);
            _queue.Add(dispatch);
        }
    }

    /// <summary>
    /// Ends as lost what waits at or below <paramref name="sequence"/> (hard retention). Not what was asked for again by hand: it is younger than its event.
    /// </summary>
    public void Expire(long sequence, DateTimeOffset wallNow)
    {
        foreach (var dispatch in _dispatches.Values.Where(d => d.Sequence <= sequence && d.CreatedAt is null && d.Stage is DispatchStage.Waiting or DispatchStage.Unread).ToList())
        {
            dispatch.IsExpired = true;
            EndWith(dispatch, DispatchStatus.Lost, wallNow, "removed by hard retention before it was delivered");
        }
    }

    /// <summary>What is to be committed now; <c>null</c> when nothing is, or a commit is under way.</summary>
    /// <param name="withFloors">Also when there is nothing but a floor that moved.</param>
    /// <param name="now">The time.</param>
    /// <param name="wallNow">The wall clock's time.</param>
    public WindowCommit? TakeCommit(bool withFloors, long now, DateTimeOffset wallNow)
    {
        if (_isCommitting) return null;
        if (_draft.IsEmpty && !withFloors && !_tracks.Values.Any(t => t.Until is not null)) return null;
        var floors = new List<TrackFloor>();
        foreach (var track in _tracks.Values)
        {
            if (track.Advance()) floors.Add(new TrackFloor(track.Generation, track.Floor, track.IsDone));
        }

        if (_draft.IsEmpty && floors.Count == 0) return null;
        foreach (var floor in floors)
        {
            if (floor.IsDone) _tracks.Remove(floor.Generation);
        }

        _committing.AddRange(_ending);
        _committing.AddRange(_claiming);
        _claimsCommitting = _claiming.Count;
        _ending.Clear();
        _claiming.Clear();
        _isCommitting = true;
        return _draft.Take(floors, now, wallNow);
    }

    /// <summary>What <see cref="TakeCommit"/> gave is durable.</summary>
    public void Committed()
    {
        _isCommitting = false;
        _claimsCommitting = 0;
        foreach (var dispatch in _committing)
        {
            if (dispatch.Stage == DispatchStage.Claiming)
            {
                dispatch.Stage = DispatchStage.Claimed;
                _claimed.Enqueue(dispatch);
                continue;
            }

            _dispatches.Remove(dispatch.Id);
            if (dispatch.IsPersisted) _persisted--;
            if (_lanes.Leave(dispatch) is not { } next) continue;
            next.IsParked = false;
            if (next.Stage == DispatchStage.Waiting) _queue.Add(next);
        }

        _committing.Clear();
    }

    /// <summary>When to look again if nothing else happens, given that <see cref="TryStart"/> found nothing more; <see cref="long.MaxValue"/>: need not.</summary>
    public long NextWake()
    {
        if (_settings.IsHeld) return long.MaxValue;
        var next = Math.Min(_queue.NextDue, _heldUntil);
        if (SlowestHead() is { } head) next = Math.Min(next, head.StartedAt + _settings.SlowLaneAfter);
        return next;
    }

    /// <summary>When room is short: parks the followers of lanes whose head is slow, which makes room for other lanes.</summary>
    public void ParkSlowLanes(long now)
    {
        if (_dispatches.Count - _persisted < _settings.Capacity) return;
        foreach (var head in _inFlight)
        {
            if (now - head.StartedAt >= _settings.SlowLaneAfter) BlockLane(head);
        }
    }

    private Dispatch? HoldUntil(long time)
    {
        _heldUntil = time;
        return null;
    }

    private Dispatch? SlowestHead()
    {
        if (_dispatches.Count - _persisted < _settings.Capacity) return null;
        return _inFlight.Where(_lanes.HoldsOthersUp).MinBy(d => d.StartedAt);
    }

    private void Meet(Dispatch dispatch)
    {
        if (dispatch.Stage != DispatchStage.Unread) return;
        dispatch.Stage = DispatchStage.Waiting;
        _unread--;
        EnterLane(dispatch);
    }

    private void EnterLane(Dispatch dispatch)
    {
        var isBlocked = false;
        if (dispatch.Lane is null || _lanes.Enter(dispatch, out isBlocked))
        {
            _queue.Add(dispatch);
            return;
        }

        dispatch.IsParked = true;
        if (isBlocked) Park(dispatch);
    }

    private void BlockLane(Dispatch head)
    {
        foreach (var waiting in _lanes.Block(head)) Park(waiting);
    }

    private void Park(Dispatch dispatch)
    {
        if (dispatch.IsPersisted) return;
        dispatch.Event = null;
        Persist(dispatch);
    }

    private void Claim(Dispatch dispatch)
    {
        dispatch.Stage = DispatchStage.Claiming;
        _claiming.Add(dispatch);
        Persist(dispatch);
    }

    private void Persist(Dispatch dispatch)
    {
        if (!dispatch.IsPersisted)
        {
            dispatch.IsPersisted = true;
            _persisted++;
        }

        _draft.AddException(dispatch);
    }

    private void EndWith(Dispatch dispatch, DispatchStatus status, DateTimeOffset wallNow, string error)
    {
        if (dispatch.Stage == DispatchStage.Unread)
        {
            _unread--;
            EndedAboveFloor.Add(new DispatchKey(dispatch.Sequence, 0, dispatch.Generation));
        }

        End(dispatch, status, wallNow, null, error);
    }

    private void End(Dispatch dispatch, DispatchStatus status, DateTimeOffset wallNow, EndedAttempt? ended, string? error)
    {
        dispatch.Stage = DispatchStage.Ending;
        dispatch.Event = null;
        _ending.Add(dispatch);
        _draft.AddResult(dispatch, status, wallNow, ended, error);
    }
}
