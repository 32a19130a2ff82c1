using EventHub.Events;

namespace EventHub.Log;

/// <summary>Which events a reader wants; all that are set must hold.</summary>
public sealed record EventFilter
{
    private readonly IReadOnlyList<TypePattern>? _types;

    /// <summary>Every event.</summary>
    public static EventFilter All { get; } = new();

    /// <summary>The type matches one of these; <c>null</c> for all.</summary>
    public IReadOnlyList<TypePattern>? Types
    {
        get => _types;
        init => _types = value is null || value.Count == 0 || value.Any(p => p.MatchesAll) ? null : value;
    }

    /// <summary>The source equals; <c>null</c> for all.</summary>
    public string? Source { get; init; }

    /// <summary>It lets every event through.</summary>
    public bool IsAll => Types is null && Source is null;

    /// <summary>Whether the event passes.</summary>
    public bool Matches(Event item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (Source is not null && Source != item.Source) return false;
        if (Types is null) return true;
        for (var i = 0; i < Types.Count; i++)
        {
            if (Types[i].Matches(item.Type)) return true;
        }

        return false;
    }
}
