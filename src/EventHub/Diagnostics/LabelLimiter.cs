using System.Collections.Concurrent;

namespace EventHub.Diagnostics;

/// <summary>
/// Keeps the values of one metric label bounded: the first <c>capacity</c> different ones pass, later ones become <see cref="Other"/>, and all are
/// cut at <see cref="MaxLength"/>. A caller who invents values can therefore not grow the registry of metrics.
/// </summary>
internal sealed class LabelLimiter
{
    /// <summary>What every value past the cap becomes.</summary>
    public const string Other = "other";

    /// <summary>Longest value, in characters.</summary>
    public const int MaxLength = 200;

    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly int _capacity;
    private int _count;

    public LabelLimiter(int capacity)
    {
        _capacity = capacity;
        _bySpan = _known.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The value to use as a label. Allocates only when it meets a new value.</summary>
    public string Limit(string value)
    {
        var cut = Cut(value);
        if (_bySpan.TryGetValue(cut, out var known)) return known;
        if (Volatile.Read(ref _count) >= _capacity) return Other;
        if (Interlocked.Increment(ref _count) > _capacity)
        {
            Interlocked.Decrement(ref _count);
            return Other;
        }

        var added = cut.Length == value.Length ? value : cut.ToString();
        if (_known.TryAdd(added, added)) return added;
        Interlocked.Decrement(ref _count);
        return _known[added];
    }

    private static ReadOnlySpan<char> Cut(string value)
    {
        if (value.Length <= MaxLength) return value;
        return value.AsSpan(0, char.IsHighSurrogate(value[MaxLength - 1]) ? MaxLength - 1 : MaxLength);
    }
}
