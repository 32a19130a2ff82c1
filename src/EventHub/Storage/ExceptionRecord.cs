namespace EventHub.Storage;

/// <summary>A dispatch held apart from the cursor (DESIGN: an exception): retrying, parked, started at most once, or requeued.</summary>
public sealed record ExceptionRecord
{
    /// <summary>Which dispatch.</summary>
    public required DispatchKey Key { get; init; }

    /// <summary>Why it is held.</summary>
    public required ExceptionState State { get; init; }

    /// <summary>Its lane (the ordering key's value); <c>null</c> when unordered.</summary>
    public string? Lane { get; init; }

    /// <summary>Attempts made so far.</summary>
    public int Attempts { get; init; }

    /// <summary>Not attempted before this time.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>When the dispatch came to be, if that is not the event's own time (a redrive).</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Retries allowed for this dispatch alone, in place of the subscription's.</summary>
    public int? RetryLimit { get; init; }

    /// <summary>Wait before each retry of this dispatch alone, in place of the subscription's.</summary>
    public TimeSpan? RetryDelay { get; init; }

    /// <summary>What went wrong last.</summary>
    public string? LastError { get; init; }
}
