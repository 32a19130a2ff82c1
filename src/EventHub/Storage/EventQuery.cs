using EventHub.Events;

namespace EventHub.Storage;

/// <summary>Filters of an event query; all that are set must hold.</summary>
public sealed record EventQuery
{
    /// <summary>The type matches one of these; <c>null</c> for all.</summary>
    public IReadOnlyList<TypePattern>? Types { get; init; }

    /// <summary>The source equals.</summary>
    public string? Source { get; init; }

    /// <summary>The organization equals.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>The user equals.</summary>
    public string? UserId { get; init; }

    /// <summary>Created at or after.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Created before.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Newest first.</summary>
    public bool Descending { get; init; }

    /// <summary>Only events beyond this sequence in the direction of the query; <c>null</c> to begin at its start.</summary>
    public long? Cursor { get; init; }

    /// <summary>At most this many; from 1.</summary>
    public required int Limit { get; init; }
}
