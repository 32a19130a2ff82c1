using System.Globalization;
using EventHub.Storage;

namespace EventHub.Journal;

/// <summary>
/// The text id of a dispatch: <c>dsp_&lt;event id, 32 hex digits&gt;_&lt;subscription key&gt;_&lt;generation&gt;</c>. Derived, so it is the same after
/// any crash; by the event's id, so that it is never used again even if the log is lost; without <c>.</c>, which Standard Webhooks signs with.
/// </summary>
public static class DispatchId
{
    /// <summary>The id of a dispatch.</summary>
    public static string Format(Guid eventId, DispatchKey key) =>
        string.Create(CultureInfo.InvariantCulture, $"dsp_{eventId:N}_{key.Subscription}_{key.Generation}");

    /// <summary>Reads an id; false for anything <see cref="Format"/> does not write.</summary>
    public static bool TryParse(string text, out Guid eventId, out int subscription, out int generation)
    {
        ArgumentNullException.ThrowIfNull(text);
        eventId = default;
        subscription = generation = 0;
        var parts = text.Split('_');
        return parts.Length == 4 && parts[0] == "dsp"
            && Guid.TryParseExact(parts[1], "N", out eventId)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out subscription)
            && int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out generation)
            && Format(eventId, new DispatchKey(0, subscription, generation)) == text;
    }
}
