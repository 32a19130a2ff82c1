using System.Globalization;
using EventHub.Storage;

namespace EventHub.Journal;

/// <summary>The text form of a place in a dispatch list: <c>sequence-subscription-generation</c>.</summary>
public static class DispatchCursor
{
    /// <summary>Writes it.</summary>
    public static string Format(DispatchKey key) => string.Create(CultureInfo.InvariantCulture, $"{key.Sequence}-{key.Subscription}-{key.Generation}");

    /// <summary>Reads it; false for anything <see cref="Format"/> does not write.</summary>
    public static bool TryParse(string text, out DispatchKey key)
    {
        ArgumentNullException.ThrowIfNull(text);
        key = default;
        var parts = text.Split('-');
        if (parts.Length != 3
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var subscription)
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var generation)) return false;
        key = new DispatchKey(sequence, subscription, generation);
        return true;
    }
}
