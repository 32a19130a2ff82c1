namespace EventHub.Storage;

/// <summary>A consumer to create or to change.</summary>
public sealed class ConsumerChange
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Which events; at least one pattern.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>For a new one: where it begins, as its creator wrote it.</summary>
    public string Start { get; init; } = "now";

    /// <summary>For a new one: its cursor, capped at the head; <c>null</c>: the head at the commit.</summary>
    public long? StartAfter { get; init; }

    /// <summary>The caller's clock; whole milliseconds.</summary>
    public required DateTimeOffset Now { get; init; }
}
