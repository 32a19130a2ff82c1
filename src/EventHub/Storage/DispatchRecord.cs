namespace EventHub.Storage;

/// <summary>A dispatch as the store knows it: one with a result, or one held as an exception.</summary>
public sealed record DispatchRecord
{
    /// <summary>Which dispatch.</summary>
    public required DispatchKey Key { get; init; }

    /// <summary>Its event.</summary>
    public required Guid EventId { get; init; }

    /// <summary>The event's type.</summary>
    public required string EventType { get; init; }

    /// <summary><see cref="DispatchStatus.Ongoing"/> for an exception.</summary>
    public required DispatchStatus Status { get; init; }

    /// <summary>For an exception: why it is held.</summary>
    public ExceptionState? State { get; init; }

    /// <summary>Attempts made.</summary>
    public required int Attempts { get; init; }

    /// <summary>When the dispatch came to be: the event's time, or that of the redrive.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>For an exception: when it is due.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? ResultedAt { get; init; }

    /// <summary>How long the last attempt took; zero for an exception.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>HTTP status of the last attempt.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>Beginning of the last attempt's answer.</summary>
    public string? ResponseBody { get; init; }

    /// <summary>What went wrong last.</summary>
    public string? LastError { get; init; }

    /// <summary>On the dead letter list.</summary>
    public bool IsDeadLetter { get; init; }
}
