namespace EventHub.Storage.Memory;

/// <summary>What the store knows of one dispatch: its result, or the exception it is held as, and the attempts written down.</summary>
internal sealed class MemoryDispatch(DispatchKey key, MemoryEvent source)
{
    public DispatchKey Key => key;

    public MemoryEvent Source => source;

    public DispatchResult? Result { get; set; }

    public ExceptionRecord? Exception { get; set; }

    public bool IsDeadLetter { get; set; }

    /// <summary>By number.</summary>
    public SortedList<int, AttemptRecord>? Attempts { get; set; }

    /// <summary>Its event may not be trimmed away.</summary>
    public bool HoldsEvent => IsDeadLetter || Exception is not null;

    public DispatchStatus Status => Result?.Status ?? DispatchStatus.Ongoing;

    /// <summary><c>null</c> when there are only attempts: neither result nor exception is known.</summary>
    public DispatchRecord? ToRecord()
    {
        var happened = source.Event;
        if (Result is { } result)
        {
            return new DispatchRecord
            {
                Key = key, EventId = happened.Id, EventType = happened.Type, Status = result.Status, Attempts = result.Attempts,
                CreatedAt = result.CreatedAt ?? happened.CreatedAt, ResultedAt = result.ResultedAt, Duration = result.Duration,
                HttpStatus = result.HttpStatus, ResponseBody = result.ResponseBody, LastError = result.Error, IsDeadLetter = IsDeadLetter,
            };
        }

        if (Exception is not { } exception) return null;
        return new DispatchRecord
        {
            Key = key, EventId = happened.Id, EventType = happened.Type, Status = DispatchStatus.Ongoing, State = exception.State,
            Attempts = exception.Attempts, CreatedAt = exception.CreatedAt ?? happened.CreatedAt, NextAttemptAt = exception.DueAt,
            LastError = exception.LastError,
        };
    }
}
