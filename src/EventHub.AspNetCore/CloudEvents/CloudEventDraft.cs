using System.Text.Json;

namespace EventHub.AspNetCore.CloudEvents;

/// <summary>A CloudEvent as it is being read, whatever the mode; <see cref="CloudEventMapping"/> checks it and makes an event of it.</summary>
internal sealed class CloudEventDraft
{
    public string? SpecVersion { get; set; }

    public string? Id { get; set; }

    public string? Source { get; set; }

    public string? Type { get; set; }

    public string? Subject { get; set; }

    public string? Time { get; set; }

    public string? DataContentType { get; set; }

    public string? DataSchema { get; set; }

    /// <summary>Extension attributes: JSON strings, whole numbers and booleans.</summary>
    public Dictionary<string, JsonElement> Extensions { get; } = new(StringComparer.Ordinal);

    /// <summary>See <see cref="EventHub.Events.CloudEventAttributes.DataKind"/>.</summary>
    public string DataKind { get; set; } = "none";

    /// <summary>The event's payload.</summary>
    public ReadOnlyMemory<byte> Payload { get; set; } = "null"u8.ToArray();
}
