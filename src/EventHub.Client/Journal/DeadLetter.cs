namespace EventHub.Client.Journal;

/// <summary>A dispatch that was given up, with all there is to know of it.</summary>
public sealed record DeadLetter
{
    /// <summary>The dispatch's id.</summary>
    public required string Id { get; init; }

    /// <summary>The event's id.</summary>
    public Guid EventId { get; init; }

    /// <summary>The event's place in the log.</summary>
    public long Sequence { get; init; }

    /// <summary>The subscription's id.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>The subscription.</summary>
    public DeadLetterSubscription? Subscription { get; init; }

    /// <summary><c>failed</c>, <c>misconfigured</c> or <c>lost</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it was given up.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was given up.</summary>
    public DateTimeOffset? DeadAt { get; init; }

    /// <summary>Attempts made.</summary>
    public int AttemptCount { get; init; }

    /// <summary>When the dispatch was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? LastError { get; init; }

    /// <summary>The event.</summary>
    public HubEvent? Event { get; init; }

    /// <summary>The attempts.</summary>
    public IReadOnlyList<DispatchAttempt> Attempts { get; init; } = [];
}
