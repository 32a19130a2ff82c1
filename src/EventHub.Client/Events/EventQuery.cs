namespace EventHub.Client.Events;

/// <summary>Which events of the log.</summary>
public sealed record EventQuery
{
    /// <summary>Patterns over types, such as <c>user.*</c>; any of them. Default: all types.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>The source equals.</summary>
    public string? Source { get; init; }

    /// <summary>The organization equals.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>The user equals.</summary>
    public string? UserId { get; init; }

    /// <summary>Taken at or after.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Taken before.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Oldest first. Default: newest first.</summary>
    public bool OldestFirst { get; init; }

    /// <summary>Events fetched at a time, 1 to 1000. Default 100.</summary>
    public int PageSize { get; init; } = 100;
}
