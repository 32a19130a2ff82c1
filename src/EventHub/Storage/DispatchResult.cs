namespace EventHub.Storage;

/// <summary>The result of one dispatch; written once, never changed.</summary>
public sealed record DispatchResult
{
    /// <summary>Which dispatch.</summary>
    public required DispatchKey Key { get; init; }

    /// <summary>Not <see cref="DispatchStatus.Ongoing"/>.</summary>
    public required DispatchStatus Status { get; init; }

    /// <summary>Attempts made, the last one included.</summary>
    public required int Attempts { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset ResultedAt { get; init; }

    /// <summary>When the dispatch came to be, if that is not the event's own time (a redrive).</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>How long the last attempt took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>HTTP status of the last attempt; <c>null</c> when there was none.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>Beginning of the last attempt's answer, at most 1000 characters; <c>null</c> when empty.</summary>
    public string? ResponseBody { get; init; }

    /// <summary>What went wrong; <c>null</c> when nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>Put it on the dead letter list.</summary>
    public bool IsDeadLetter { get; init; }

    /// <summary>The dispatch had a persisted exception (see <see cref="ExceptionRecord"/>), which ends with this.</summary>
    public bool EndsException { get; init; }
}
