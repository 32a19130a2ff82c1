namespace EventHub.Storage;

/// <summary>Filters of a dispatch query; all that are set must hold.</summary>
public sealed record DispatchQuery
{
    /// <summary>The status is one of these; <c>null</c> for all.</summary>
    public IReadOnlyList<DispatchStatus>? Statuses { get; init; }

    /// <summary>Of this subscription.</summary>
    public int? SubscriptionKey { get; init; }

    /// <summary>Of the events from this sequence on.</summary>
    public long? FromSequence { get; init; }

    /// <summary>Of the events up to and including this sequence.</summary>
    public long? ToSequence { get; init; }

    /// <summary>Only those on the dead letter list.</summary>
    public bool DeadLettersOnly { get; init; }

    /// <summary>Ended at or after.</summary>
    public DateTimeOffset? ResultedSince { get; init; }

    /// <summary>Ended before.</summary>
    public DateTimeOffset? ResultedUntil { get; init; }

    /// <summary>Of events whose type matches.</summary>
    public Events.TypePattern? Type { get; init; }

    /// <summary>Greatest key first.</summary>
    public bool Descending { get; init; }

    /// <summary>Only those beyond this key in the direction of the query.</summary>
    public DispatchKey? Cursor { get; init; }

    /// <summary>At most this many; from 1.</summary>
    public required int Limit { get; init; }
}
