using System.Collections.Concurrent;

namespace EventHub.Events;

/// <summary>
/// The rule of event types: 1 to 255 characters, dot-separated segments, none empty, no <c>*</c>, white space or control characters.
/// There is no list of allowed types.
/// </summary>
public static class EventType
{
    /// <summary>Longest type, in UTF-16 code units.</summary>
    public const int MaxLength = 255;

    /// <summary>Types whose parts are remembered, so that an event of such a type brings no strings of its own.</summary>
    private const int MostKnown = 1024;
    private static readonly ConcurrentDictionary<string, (string Schema, string Entity, string Operation)> s_parts = new(StringComparer.Ordinal);
    private static int s_known;

    /// <summary>Says what is wrong with a type; <c>null</c> when nothing is.</summary>
    public static string? Validate(string type) => Validate(type, isPattern: false);

    /// <summary>The rule, with <c>*</c> let through for patterns.</summary>
    internal static string? Validate(string type, bool isPattern)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (type.Length == 0) return "must not be empty; a type is dot-separated segments such as user.created";
        if (type.Length > MaxLength) return $"is {type.Length} characters long; at most {MaxLength} are allowed";
        var segmentLength = 0;
        for (var i = 0; i < type.Length; i++)
        {
            var c = type[i];
            if (c == '.')
            {
                if (segmentLength == 0) return $"'{Printable(type)}' has an empty segment; write dot-separated segments such as user.created";
                segmentLength = 0;
                continue;
            }

            if (c == '*' && !isPattern) return $"'{Printable(type)}' contains *, which stands in patterns only";
            if (char.IsWhiteSpace(c) || char.IsControl(c)) return $"'{Printable(type)}' contains white space or a control character";
            if (char.IsSurrogate(c) && !IsPaired(type, ref i)) return "contains half of a surrogate pair";
            segmentLength++;
        }

        return segmentLength == 0 ? $"'{Printable(type)}' has an empty segment; write dot-separated segments such as user.created" : null;
    }

    /// <summary>The three segments of a type that has exactly three.</summary>
    public static bool TrySplit(string type, out string schema, out string entity, out string operation)
    {
        ArgumentNullException.ThrowIfNull(type);
        schema = entity = operation = "";
        if (s_parts.TryGetValue(type, out var known))
        {
            (schema, entity, operation) = known;
            return true;
        }

        var first = type.IndexOf('.', StringComparison.Ordinal);
        if (first < 0) return false;
        var second = type.IndexOf('.', first + 1);
        if (second < 0 || type.IndexOf('.', second + 1) >= 0) return false;
        schema = type[..first];
        entity = type[(first + 1)..second];
        operation = type[(second + 1)..];
        if (Volatile.Read(ref s_known) < MostKnown && s_parts.TryAdd(type, (schema, entity, operation))) Interlocked.Increment(ref s_known);
        return true;
    }

    private static bool IsPaired(string type, ref int i)
    {
        if (!char.IsHighSurrogate(type[i]) || i + 1 >= type.Length || !char.IsLowSurrogate(type[i + 1])) return false;
        i++;
        return true;
    }

    private static string Printable(string type) => string.Concat(type.Take(80).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c));
}
