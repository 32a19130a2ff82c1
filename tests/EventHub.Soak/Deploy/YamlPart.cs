using System.Globalization;

namespace EventHub.Soak.Deploy;

/// <summary>A part of a YAML document: a map, a list or a text, or nothing.</summary>
internal readonly struct YamlPart(object? value)
{
    public bool IsThere => value is not null;

    public string Text => value as string ?? throw new InvalidOperationException($"There is no text, but {value ?? "nothing"}.");

    public int Number => int.Parse(Text, CultureInfo.InvariantCulture);

    public IReadOnlyList<YamlPart> Items => value is List<object?> items ? [.. items.Select(static item => new YamlPart(item))] : [];

    public IReadOnlyDictionary<string, YamlPart> Entries =>
        value is Dictionary<object, object?> map ? map.ToDictionary(static entry => (string)entry.Key, static entry => new YamlPart(entry.Value)) : new Dictionary<string, YamlPart>();

    /// <summary>An entry of a map; nothing when there is none.</summary>
    public YamlPart this[string key] => value is Dictionary<object, object?> map && map.TryGetValue(key, out var found) ? new YamlPart(found) : default;
}
