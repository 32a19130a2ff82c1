namespace EventHub.Client.Journal;

/// <summary>One event for one subscription.</summary>
public sealed record Dispatch
{
    /// <summary>The same on every attempt, also after a crash.</summary>
    public required string Id { get; init; }

    /// <summary>The event.</summary>
    public Guid EventId { get; init; }

    /// <summary>The event's place in the log.</summary>
    public long Sequence { get; init; }

    /// <summary>The subscription's id.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>The subscription's name.</summary>
    public string? Subscription { get; init; }

    /// <summary><c>ongoing</c>, <c>complete</c>, <c>ignored</c>, <c>failed</c>, <c>misconfigured</c> or <c>lost</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Of an ongoing one, what it waits for.</summary>
    public string? State { get; init; }

    /// <summary>Attempts so far.</summary>
    public int AttemptCount { get; init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is tried again.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? ResultedAt { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? LastError { get; init; }

    /// <summary>Its attempts; <c>null</c> in lists.</summary>
    public IReadOnlyList<DispatchAttempt>? Attempts { get; init; }
}
