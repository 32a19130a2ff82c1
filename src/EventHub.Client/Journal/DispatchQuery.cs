namespace EventHub.Client.Journal;

/// <summary>Which dispatches.</summary>
public sealed record DispatchQuery
{
    /// <summary><c>ongoing</c>, <c>complete</c>, <c>ignored</c>, <c>failed</c>, <c>misconfigured</c> or <c>lost</c>. Default: all.</summary>
    public string? Status { get; init; }

    /// <summary>Of one subscription.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>Of one event.</summary>
    public Guid? EventId { get; init; }

    /// <summary>Oldest first. Default: newest first.</summary>
    public bool OldestFirst { get; init; }

    /// <summary>Dispatches fetched at a time, 1 to 1000. Default 100.</summary>
    public int PageSize { get; init; } = 100;
}
