using System.Text.Json;
using EventHub.Events;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>Reads times.</summary>
internal static class TimeFields
{
    /// <summary>An RFC 3339 time; <c>null</c> for JSON's null, and with an error for anything else.</summary>
    public static DateTimeOffset? Time(this in StrictObjectReader reader)
    {
        if (reader.Kind == JsonTokenType.String && Rfc3339.TryParse(reader.String()!, out var time)) return time;
        if (!reader.IsNull) reader.RefuseValue("must be an RFC 3339 time such as 2026-01-31T12:00:00Z");
        return null;
    }
}
