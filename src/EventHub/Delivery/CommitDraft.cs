using EventHub.Storage;

namespace EventHub.Delivery;

/// <summary>What a window's next commit will hold: results, attempts, and the exceptions that are new or changed.</summary>
internal sealed class CommitDraft(int subscriptionKey)
{
    private readonly List<DispatchResult> _results = [];
    private readonly List<AttemptRecord> _attempts = [];
    private readonly List<Dispatch> _dirty = [];

    public bool IsEmpty => _results.Count == 0 && _attempts.Count == 0 && _dirty.Count == 0;

    /// <summary>The dispatch is to be held as an exception, as it will stand when the commit is taken.</summary>
    public void AddException(Dispatch dispatch)
    {
        if (dispatch.IsDirty) return;
        dispatch.IsDirty = true;
        _dirty.Add(dispatch);
    }

    public void AddAttempt(EndedAttempt ended) => _attempts.Add(new AttemptRecord
    {
        Key = KeyOf(ended.Dispatch),
        Number = ended.Dispatch.Attempts,
        StartedAt = ended.StartedAt,
        Duration = ended.Duration,
        Outcome = AttemptNames.Of(ended.Outcome!.Kind, ended.Outcome.HttpStatus),
        HttpStatus = ended.Outcome.HttpStatus,
        ResponseBody = ended.Outcome.ResponseBody,
        Error = ended.Outcome.Error,
    });

    /// <param name="dispatch">The dispatch that ended.</param>
    /// <param name="status">How.</param>
    /// <param name="wallNow">When.</param>
    /// <param name="ended">The attempt it ended with; <c>null</c> when it ended without one.</param>
    /// <param name="error">Why, when it ended without an attempt.</param>
    public void AddResult(Dispatch dispatch, DispatchStatus status, DateTimeOffset wallNow, EndedAttempt? ended, string? error) => _results.Add(new DispatchResult
    {
        Key = KeyOf(dispatch),
        Status = status,
        Attempts = dispatch.Attempts,
        ResultedAt = wallNow,
        CreatedAt = dispatch.CreatedAt,
        Duration = ended?.Duration ?? TimeSpan.Zero,
        HttpStatus = ended?.Outcome!.HttpStatus,
        ResponseBody = ended?.Outcome!.ResponseBody,
        Error = ended is null ? error : ended.Outcome!.Error,
        IsDeadLetter = status is DispatchStatus.Failed or DispatchStatus.Misconfigured or DispatchStatus.Lost && !dispatch.IsExpired,
        EndsException = dispatch.IsPersisted,
    });

    /// <summary>Takes all that was added, and begins anew.</summary>
    public WindowCommit Take(IReadOnlyList<TrackFloor> floors, long now, DateTimeOffset wallNow)
    {
        var exceptions = new List<ExceptionRecord>(_dirty.Count);
        foreach (var dispatch in _dirty)
        {
            dispatch.IsDirty = false;
            if (dispatch.Stage != DispatchStage.Ending) exceptions.Add(Exception(dispatch, now, wallNow));
        }

        var commit = new WindowCommit([.. _results], [.. _attempts], exceptions, floors);
        _results.Clear();
        _attempts.Clear();
        _dirty.Clear();
        return commit;
    }

    private DispatchKey KeyOf(Dispatch dispatch) => new(dispatch.Sequence, subscriptionKey, dispatch.Generation);

    private ExceptionRecord Exception(Dispatch dispatch, long now, DateTimeOffset wallNow) => new()
    {
        Key = KeyOf(dispatch),
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
}
