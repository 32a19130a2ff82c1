using EventHub.Events;
using EventHub.Sqlite.Native;

namespace EventHub.Sqlite.Reading;

/// <summary>
/// A filter by patterns, and, where it comes down to a few types, which: then the index by type answers it, however rare they are.
/// </summary>
internal sealed class TypeFilter
{
    private const int MostTypes = 16;
    private const int MostLookups = 64;
    private const string NextTypeSql = "SELECT type FROM events INDEXED BY events_type WHERE type >= ?1 ORDER BY type LIMIT 1";
    private readonly IReadOnlyList<TypePattern> _patterns;

    private TypeFilter(IReadOnlyList<TypePattern> patterns, IReadOnlyList<string>? types)
    {
        _patterns = patterns;
        Types = types;
    }

    /// <summary>All stored types that match, when they are few; <c>null</c> when they are many or too many had to be looked at.</summary>
    public IReadOnlyList<string>? Types { get; }

    /// <summary>The filter; <c>null</c> when every type passes.</summary>
    public static TypeFilter? Create(SqliteConnection connection, IReadOnlyList<TypePattern>? patterns)
    {
        if (patterns is null || patterns.Any(pattern => pattern.MatchesAll)) return null;
        return new TypeFilter(patterns, Resolve(connection, patterns));
    }

    public bool Matches(string type)
    {
        foreach (var pattern in _patterns)
        {
            if (pattern.Matches(type)) return true;
        }

        return false;
    }

    private static List<string>? Resolve(SqliteConnection connection, IReadOnlyList<TypePattern> patterns)
    {
        var types = new HashSet<string>(StringComparer.Ordinal);
        var lookups = 0;
        foreach (var pattern in patterns)
        {
            if (pattern.IsExact)
            {
                types.Add(pattern.Text);
                if (types.Count > MostTypes) return null;
                continue;
            }

            // Skips from one stored type to the next within the pattern's literal beginning.
            var prefix = pattern.Text[..pattern.Text.IndexOf('*', StringComparison.Ordinal)];
            for (var from = prefix; Next(connection, from) is { } type && type.StartsWith(prefix, StringComparison.Ordinal); from = type + "\0")
            {
                if (pattern.Matches(type)) types.Add(type);
                if (types.Count > MostTypes || ++lookups > MostLookups) return null;
            }
        }

        return [.. types];
    }

    private static string? Next(SqliteConnection connection, string from)
    {
        using var next = connection.Use(NextTypeSql);
        return next.Bind(1, from).Step() ? next.CommonText(0) : null;
    }
}
