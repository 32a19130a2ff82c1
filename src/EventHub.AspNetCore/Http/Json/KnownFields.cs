using System.Text;
using System.Text.Json;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>The fields a JSON object may have, at most 64. Make one per kind of object and keep it in a static field.</summary>
internal sealed class KnownFields
{
    private readonly string[] _names;
    private readonly byte[][] _utf8;

    public KnownFields(params string[] names)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(names.Length, 64);
        _names = names;
        _utf8 = [.. names.Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>Other fields are allowed too: they are handed on by name, repeated ones as well.</summary>
    public bool IsOpen { get; init; }

    public string this[int index] => _names[index];

    public IReadOnlyList<string> Names => _names;

    /// <summary>The index of the property name the reader stands on; -1 when it is not known.</summary>
    public int IndexOf(ref readonly Utf8JsonReader reader)
    {
        for (var i = 0; i < _utf8.Length; i++)
        {
            if (reader.ValueTextEquals(_utf8[i])) return i;
        }

        return -1;
    }

    public int IndexOf(string name) => Array.IndexOf(_names, name);
}
