using EventHub.Delivery.Destinations;
using EventHub.Storage;

namespace EventHub.Delivery;

/// <summary>
/// The delivery state machine of one subscription. Pure: no I/O, no clock, no tasks; one caller at a time.
/// In: offered events, attempt outcomes, the time, "committed". Out: attempts to start, what to commit, when to wake.
/// </summary>
/// <remarks>
/// A dispatch is offered in order of its track, starts when its time, its lane and a slot allow, and ends in a commit. Until then it holds its
/// track's floor, unless it is persisted as an exception (retrying, parked, started). A lane passes to the next dispatch only when the result of
/// the one before is committed, so order holds across a crash. Times are milliseconds of a monotonic clock; in the store they are wall clock.
/// </remarks>
internal sealed class DispatchWindow
{
    private readonly int _subscriptionKey;
    private readonly Breaker _breaker;
    private readonly SortedDictionary<int, WindowTrack> _tracks = [];
    private readonly Dictionary<(long Sequence, int Generation), Dispatch> _dispatches = [];
    private readonly HashSet<(long Sequence, int Generation)> _endedAboveFloor = [];
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private readonly Queue<Dispatch> _ready = new();
    private readonly Queue<Dispatch> _claimed = new();
    private readonly PriorityQueue<Dispatch, (long DueAt, long Sequence)> _notDue = new();
    private readonly HashSet<Dispatch> _inFlight = [];
    private readonly List<Dispatch> _claiming = [];
    private readonly List<Dispatch> _ending = [];
    private readonly List<Dispatch> _dirty = [];
    private readonly List<Dispatch> _committing = [];
    private readonly List<DispatchResult> _results = [];
    private readonly List<AttemptRecord> _attempts = [];
    private WindowSettings _settings;
    private TokenBucket? _bucket;
    private int _persisted;
    private int _unread;
    private int _claimsCommitting;
    private long _heldUntil = long.MaxValue;
    private bool _isCommitting;

    public DispatchWindow(int subscriptionKey, WindowSettings settings, Breaker breaker)
    {
        _subscriptionKey = subscriptionKey;
        _settings = settings;
        _breaker = breaker;
    }

    public IEnumerable<WindowTrack> Tracks => _tracks.Values;

    public int InFlight => _inFlight.Count;

    /// <summary>All dispatches known.</summary>
    public IEnumerable<Dispatch> Dispatches => _dispatches.Values;

    public int Count => _dispatches.Count;

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

    /// <summary>Adds a track; one known already stays as it is.</summary>
    public void AddTrack(Track track) => _tracks.TryAdd(track.Generation, new WindowTrack(track.Generation, track.Floor, track.Until));

    public WindowTrack Track(int generation) => _tracks[generation];

    /// <summary>Takes in a result found in the store above its track's floor: when reading meets it, it is passed over.</summary>
    public void RestoreEnded(DispatchKey key) => _endedAboveFloor.Add((key.Sequence, key.Generation));

    /// <summary>
    /// Takes in an exception found in the store; in order of sequence. One above its track's floor waits until reading meets it, since older
    /// dispatches of its lane may still lie between. One that was started at most once is lost.
    /// </summary>
    public void Restore(ExceptionRecord exception, long dueAt, bool isAtMostOnce, DateTimeOffset wallNow)
    {
        var id = (exception.Key.Sequence, exception.Key.Generation);
        if (_dispatches.ContainsKey(id)) return;
        var dispatch = new Dispatch
        {
            Sequence = exception.Key.Sequence,
            Generation = exception.Key.Generation,
            Lane = exception.Lane,
            IsAtMostOnce = isAtMostOnce,
            Attempts = exception.Attempts,
            DueAt = dueAt,
            IsPersisted = true,
            CreatedAt = exception.CreatedAt,
            RetryLimit = exception.RetryLimit,
            RetryDelay = exception.RetryDelay,
            LastError = exception.LastError,
        };
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
        if (_endedAboveFloor.Remove((sequence, generation))) return null;
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
        if (_settings.IsPaused) return null;
        while (_notDue.TryPeek(out _, out var due) && due.DueAt <= now) _ready.Enqueue(_notDue.Dequeue());
        while (_inFlight.Count < _settings.Concurrency)
        {
            var isClaimed = _claimed.TryPeek(out var dispatch);
            if (!isClaimed && !_ready.TryPeek(out dispatch)) return null;
            if (!isClaimed && dispatch!.Stage != DispatchStage.Waiting)
            {
                _ready.Dequeue(); // it ended without its turn (expired)
                continue;
            }

            if (!isClaimed && dispatch!.IsAtMostOnce)
            {
                if (!_breaker.Allows(now)) return HoldUntil(_breaker.ProbeAt);
                if (_inFlight.Count + _claimed.Count + Claiming >= _settings.Concurrency) return null;
                Claim(_ready.Dequeue());
                continue;
            }

            if (!_breaker.Allows(now)) return HoldUntil(_breaker.ProbeAt);
            if (_bucket?.TryTake(now) == false) return HoldUntil(_bucket.NextAt(now));
            if (isClaimed) _claimed.Dequeue();
            else _ready.Dequeue();
            dispatch!.Stage = DispatchStage.InFlight;
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
        if (verdict.IsRetry || dispatch.Attempts > 1 || verdict.Status is not (DispatchStatus.Complete or DispatchStatus.Ignored)) _attempts.Add(Record(ended));
        if (verdict.IsRetry)
        {
            dispatch.Stage = DispatchStage.Waiting;
            dispatch.LastWait = verdict.Wait;
            dispatch.DueAt = now + verdict.Wait;
            dispatch.Event = null;
            Persist(dispatch);
            Schedule(dispatch);
            BlockLane(dispatch);
            return;
        }

        AddResult(dispatch, verdict.Status, wallNow, ended.Duration, outcome.HttpStatus, outcome.ResponseBody, outcome.Error);
    }

    /// <summary>
    /// An attempt was stopped with the hub and nothing is known of its outcome: at least once it is as if never made (it will be made again),
    /// at most once it is lost.
    /// </summary>
    public void Abandoned(Dispatch dispatch, DateTimeOffset wallNow)
    {
        _inFlight.Remove(dispatch);
        if (dispatch.IsAtMostOnce) EndWith(dispatch, DispatchStatus.Lost, wallNow, "the hub stopped before the attempt ended");
        else dispatch.Stage = DispatchStage.Waiting;
    }

    /// <summary>The hub stops, or the subscription is paused: what was claimed and not begun is given back.</summary>
    public void Unclaim()
    {
        while (_claimed.TryDequeue(out var dispatch))
        {
            dispatch.Stage = DispatchStage.Waiting;
            Persist(dispatch);
            Schedule(dispatch);
        }
    }

    /// <summary>Ends as lost what waits at or below <paramref name="sequence"/> (hard retention).</summary>
    public void Expire(long sequence, DateTimeOffset wallNow)
    {
        foreach (var dispatch in _dispatches.Values.Where(d => d.Sequence <= sequence && d.Stage is DispatchStage.Waiting or DispatchStage.Unread).ToList())
        {
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
        var hasWork = _results.Count > 0 || _dirty.Count > 0 || _attempts.Count > 0;
        if (!hasWork && !withFloors && !_tracks.Values.Any(t => t.Until is not null)) return null;
        var exceptions = new List<ExceptionRecord>(_dirty.Count);
        foreach (var dispatch in _dirty)
        {
            dispatch.IsDirty = false;
            if (dispatch.Stage != DispatchStage.Ending) exceptions.Add(Exception(dispatch, now, wallNow));
        }

        var floors = new List<TrackFloor>();
        foreach (var track in _tracks.Values)
        {
            if (track.Advance()) floors.Add(new TrackFloor(track.Generation, track.Floor, track.IsDone));
        }

        if (!hasWork && floors.Count == 0) return null;
        foreach (var floor in floors)
        {
            if (floor.IsDone) _tracks.Remove(floor.Generation);
        }

        var commit = new WindowCommit([.. _results], [.. _attempts], exceptions, floors);
        _committing.AddRange(_ending);
        _committing.AddRange(_claiming);
        _claimsCommitting = _claiming.Count;
        _ending.Clear();
        _claiming.Clear();
        _results.Clear();
        _attempts.Clear();
        _dirty.Clear();
        _isCommitting = true;
        return commit;
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
            LeaveLane(dispatch);
        }

        _committing.Clear();
    }

    /// <summary>When to look again if nothing else happens, given that <see cref="TryStart"/> found nothing more; <see cref="long.MaxValue"/>: need not.</summary>
    public long NextWake()
    {
        if (_settings.IsPaused) return long.MaxValue;
        var next = long.MaxValue;
        if (_notDue.TryPeek(out _, out var due)) next = due.DueAt;
        next = Math.Min(next, _heldUntil);
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
        return _inFlight.Where(d => d.Lane is { } lane && _lanes[lane] is { IsBlocked: false, Queue.Count: > 1 }).MinBy(d => d.StartedAt);
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
        if (dispatch.Lane is not { } key)
        {
            Schedule(dispatch);
            return;
        }

        if (!_lanes.TryGetValue(key, out var lane)) _lanes.Add(key, lane = new Lane());
        lane.Queue.Enqueue(dispatch);
        if (lane.Queue.Count == 1)
        {
            Schedule(dispatch);
            lane.IsBlocked = dispatch.Attempts > 0;
        }
        else
        {
            dispatch.IsParked = true;
            if (lane.IsBlocked) Park(dispatch);
        }
    }

    private void LeaveLane(Dispatch dispatch)
    {
        if (dispatch.Lane is not { } key || !_lanes.TryGetValue(key, out var lane)) return;
        if (lane.Head != dispatch)
        {
            // Ended without its turn (lost, expired).
            var rest = lane.Queue.Where(d => d != dispatch).ToList();
            lane.Queue.Clear();
            foreach (var waiting in rest) lane.Queue.Enqueue(waiting);
            return;
        }

        lane.Queue.Dequeue();
        lane.IsBlocked = false;
        if (!lane.Queue.TryPeek(out var next))
        {
            _lanes.Remove(key);
            return;
        }

        next.IsParked = false;
        if (next.Stage == DispatchStage.Waiting) Schedule(next);
    }

    private void BlockLane(Dispatch head)
    {
        if (head.Lane is not { } key || !_lanes.TryGetValue(key, out var lane) || lane.IsBlocked) return;
        lane.IsBlocked = true;
        foreach (var waiting in lane.Queue.Skip(1)) Park(waiting);
    }

    private void Park(Dispatch dispatch)
    {
        if (dispatch.IsPersisted) return;
        dispatch.Event = null;
        Persist(dispatch);
    }

    private void Schedule(Dispatch dispatch)
    {
        if (dispatch.DueAt == 0) _ready.Enqueue(dispatch);
        else _notDue.Enqueue(dispatch, (dispatch.DueAt, dispatch.Sequence));
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

        if (dispatch.IsDirty) return;
        dispatch.IsDirty = true;
        _dirty.Add(dispatch);
    }

    private void EndWith(Dispatch dispatch, DispatchStatus status, DateTimeOffset wallNow, string error)
    {
        if (dispatch.Stage == DispatchStage.Unread)
        {
            _unread--;
            _endedAboveFloor.Add(dispatch.Id);
        }

        AddResult(dispatch, status, wallNow, TimeSpan.Zero, null, null, error);
    }

    private void AddResult(
        Dispatch dispatch, DispatchStatus status, DateTimeOffset wallNow, TimeSpan duration, int? httpStatus, string? responseBody, string? error)
    {
        dispatch.Stage = DispatchStage.Ending;
        dispatch.Event = null;
        _ending.Add(dispatch);
        _results.Add(new DispatchResult
        {
            Key = Key(dispatch),
            Status = status,
            Attempts = dispatch.Attempts,
            ResultedAt = wallNow,
            CreatedAt = dispatch.CreatedAt,
            Duration = duration,
            HttpStatus = httpStatus,
            ResponseBody = responseBody,
            Error = error,
            IsDeadLetter = status is DispatchStatus.Failed or DispatchStatus.Misconfigured or DispatchStatus.Lost,
            EndsException = dispatch.IsPersisted,
        });
    }

    private DispatchKey Key(Dispatch dispatch) => new(dispatch.Sequence, _subscriptionKey, dispatch.Generation);

    private ExceptionRecord Exception(Dispatch dispatch, long now, DateTimeOffset wallNow) => new()
    {
        Key = Key(dispatch),
        State = dispatch.Stage switch
        {
            DispatchStage.Claiming => ExceptionState.Started,
            _ when dispatch.IsParked || dispatch.Attempts == 0 => ExceptionState.Parked,
            _ => ExceptionState.Retrying,
        },
        Lane = dispatch.Lane,
        Attempts = dispatch.Attempts,
        DueAt = wallNow.AddMilliseconds(Math.Max(0, dispatch.DueAt - now)),
        CreatedAt = dispatch.CreatedAt,
        RetryLimit = dispatch.RetryLimit,
        RetryDelay = dispatch.RetryDelay,
        LastError = dispatch.LastError,
    };

    private AttemptRecord Record(EndedAttempt ended) => new()
    {
        Key = Key(ended.Dispatch),
        Number = ended.Dispatch.Attempts,
        StartedAt = ended.StartedAt,
        Duration = ended.Duration,
        Outcome = AttemptNames.Of(ended.Outcome!.Kind),
        HttpStatus = ended.Outcome.HttpStatus,
        ResponseBody = ended.Outcome.ResponseBody,
        Error = ended.Outcome.Error,
    };
}
