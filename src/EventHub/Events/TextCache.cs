using System.Text;

namespace EventHub.Events;

/// <summary>
/// Strings of short UTF-8 texts that come again and again (types, sources, tenants), made once: a newer text takes the place of an older one.
/// For one thread at a time.
/// </summary>
public sealed class TextCache
{
    private const int Slots = 1024;
    private const int LongestText = 128;
    private readonly byte[]?[] _bytes = new byte[Slots][];
    private readonly string[] _texts = new string[Slots];

    /// <summary>The text, which must be UTF-8, as a string.</summary>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return "";
        if (utf8.Length > LongestText) return Encoding.UTF8.GetString(utf8);
        var hash = new HashCode();
        hash.AddBytes(utf8);
        var slot = (int)((uint)hash.ToHashCode() % Slots);
        if (_bytes[slot] is { } known && utf8.SequenceEqual(known)) return _texts[slot];
        var text = Encoding.UTF8.GetString(utf8);
        _bytes[slot] = utf8.ToArray();
        return _texts[slot] = text;
    }
}
