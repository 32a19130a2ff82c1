using EventHub.Storage;

namespace EventHub.Journal;

/// <summary>Which dispatches to list.</summary>
public sealed record DispatchListRequest
{
    /// <summary>Only with this status.</summary>
    public DispatchStatus? Status { get; init; }

    /// <summary>Only of this subscription.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>Only of this event.</summary>
    public Guid? EventId { get; init; }

    /// <summary>Newest event first.</summary>
    public bool Descending { get; init; } = true;

    /// <summary>1 to 1000.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>From <see cref="DispatchPage.NextCursor"/>, parsed by <see cref="DispatchCursor.TryParse"/>.</summary>
    public DispatchKey? Cursor { get; init; }
}
