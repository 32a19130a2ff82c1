using EventHub.Events;

namespace EventHub.Journal;

/// <summary>Which dead letters; all that are set must hold.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>Of this subscription.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>Dead since, inclusive.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Dead until, exclusive.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Of events whose type matches.</summary>
    public TypePattern? Type { get; init; }
}
