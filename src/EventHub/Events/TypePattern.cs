using System.Diagnostics.CodeAnalysis;

namespace EventHub.Events;

/// <summary>
/// A pattern over event types. <c>*</c> alone matches every type. Otherwise the same number of segments, each equal or <c>*</c>;
/// a last segment <c>**</c> matches one or more remaining segments. Case-sensitive, no wildcards inside a segment.
/// </summary>
public sealed class TypePattern : IEquatable<TypePattern>
{
    private readonly string[] _segments;

    private TypePattern(string text)
    {
        Text = text;
        _segments = text.Split('.');
        MatchesAll = text is "*" or "**";
        HasTail = !MatchesAll && _segments[^1] == "**";
        IsExact = !text.Contains('*', StringComparison.Ordinal);
    }

    /// <summary>The pattern as written.</summary>
    public string Text { get; }

    /// <summary>Its segments.</summary>
    public IReadOnlyList<string> Segments => _segments;

    /// <summary>It has no wildcard: it matches the one type that equals it.</summary>
    public bool IsExact { get; }

    /// <summary>It matches every type.</summary>
    public bool MatchesAll { get; }

    /// <summary>Its last segment is <c>**</c>.</summary>
    public bool HasTail { get; }

    /// <summary>Parses a pattern.</summary>
    /// <exception cref="FormatException">It is not a pattern; the message says why.</exception>
    public static TypePattern Parse(string text) => TryParse(text, out var pattern, out var error) ? pattern : throw new FormatException(error);

    /// <summary>Parses a pattern, or says what is wrong with it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TypePattern? pattern, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        pattern = null;
        error = EventType.Validate(text, isPattern: true);
        if (error is not null)
        {
            error = $"is not a type pattern: {error}";
            return false;
        }

        var segments = text.Split('.');
        for (var i = 0; i < segments.Length; i++)
        {
            if (!segments[i].Contains('*', StringComparison.Ordinal) || segments[i] == "*") continue;
            if (segments[i] == "**")
            {
                if (i == segments.Length - 1) continue;
                error = $"'{text}': ** may only be the last segment";
                return false;
            }

            error = $"'{text}': a wildcard stands for a whole segment, so '{segments[i]}' is not possible; write * in its place";
            return false;
        }

        pattern = new TypePattern(text);
        return true;
    }

    /// <summary>Whether the pattern matches a type. Allocates nothing.</summary>
    public bool Matches(string type)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (MatchesAll) return true;
        if (IsExact) return string.Equals(Text, type, StringComparison.Ordinal);
        var rest = type.AsSpan();
        for (var i = 0; i < _segments.Length; i++)
        {
            var segment = _segments[i];
            if (HasTail && i == _segments.Length - 1) return true;
            var dot = rest.IndexOf('.');
            var head = dot < 0 ? rest : rest[..dot];
            if (segment != "*" && !head.SequenceEqual(segment)) return false;
            var isLast = i == _segments.Length - 1;
            if (dot < 0) return isLast;
            if (isLast) return false;
            rest = rest[(dot + 1)..];
        }

        return false;
    }

    /// <inheritdoc/>
    public bool Equals(TypePattern? other) => other is not null && other.Text == Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TypePattern);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
