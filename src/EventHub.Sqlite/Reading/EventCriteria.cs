using EventHub.Events;

namespace EventHub.Sqlite.Reading;

/// <summary>What a search asks of the columns that have postings.</summary>
/// <param name="Types">One of them matches the type; <c>null</c> for all.</param>
internal sealed record EventCriteria(IReadOnlyList<TypePattern>? Types)
{
    public string? Source { get; init; }

    public string? OrganizationId { get; init; }

    public string? UserId { get; init; }

    /// <summary>Every event meets them.</summary>
    public bool IsEmpty => Types is null && Source is null && OrganizationId is null && UserId is null;

    public static EventCriteria From(IReadOnlyList<TypePattern>? types) => new(types is null || types.Any(pattern => pattern.MatchesAll) ? null : types);

    public bool Matches(string type, string? source, string? organization, string? user) =>
        (Source is null || Source == source) && (OrganizationId is null || OrganizationId == organization) && (UserId is null || UserId == user) && MatchesType(type);

    private bool MatchesType(string type)
    {
        if (Types is null) return true;
        foreach (var pattern in Types)
        {
            if (pattern.Matches(type)) return true;
        }

        return false;
    }
}
