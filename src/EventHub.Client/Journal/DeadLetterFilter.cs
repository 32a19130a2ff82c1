namespace EventHub.Client.Journal;

/// <summary>Which dead letters; all when nothing is given.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>Of one subscription.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>Given up at or after.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Given up before.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>A pattern over the event's type.</summary>
    public string? Type { get; init; }
}
