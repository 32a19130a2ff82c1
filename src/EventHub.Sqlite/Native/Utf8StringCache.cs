using System.Text;

namespace EventHub.Sqlite.Native;

/// <summary>A small cache of short texts: a newer text takes the place of an older one. For one thread at a time.</summary>
internal sealed class Utf8StringCache
{
    private const int Slots = 512;
    private const int LongestText = 128;
    private readonly byte[]?[] _bytes = new byte[Slots][];
    private readonly string[] _texts = new string[Slots];

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
