using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventHub.Events;

/// <summary>What a CloudEvent 1.0 carried beyond an event's own fields; kept with the event so that it goes out again as it came.</summary>
public sealed record CloudEventAttributes
{
    // The generated reader sets an absent property to null in spite of its initializer; the init accessors make it the default again.
    private static readonly Dictionary<string, JsonElement> s_none = [];

    /// <summary>The publisher's <c>id</c>.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>The publisher's <c>time</c>, as written; <c>null</c> when it sent none.</summary>
    [JsonPropertyName("time")]
    public string? Time { get; init; }

    /// <summary><c>datacontenttype</c>, as written; <c>null</c> when it sent none.</summary>
    [JsonPropertyName("datacontenttype")]
    public string? DataContentType { get; init; }

    /// <summary><c>dataschema</c>, as written.</summary>
    [JsonPropertyName("dataschema")]
    public string? DataSchema { get; init; }

    /// <summary>
    /// How the event's payload stands for the CloudEvent's data: <c>json</c> is the data; <c>text</c> and <c>base64</c> are a JSON string that
    /// holds the data's text, or its bytes in base64; <c>none</c>: there was no data and the payload is <c>null</c>.
    /// </summary>
    [JsonPropertyName("data_kind")]
    public string DataKind { get; init => field = value ?? "json"; } = "json";

    /// <summary>Extension attributes: name → JSON string, number or boolean as sent.</summary>
    [JsonPropertyName("extensions")]
    public IReadOnlyDictionary<string, JsonElement> Extensions { get; init => field = value ?? s_none; } = s_none;

    /// <summary>The form kept in <see cref="Event.CloudEvent"/>.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, CloudEventJsonContext.Default.CloudEventAttributes);

    /// <summary>Reads <see cref="Event.CloudEvent"/>; <c>null</c> when it is empty.</summary>
    public static CloudEventAttributes? FromJson(ReadOnlyMemory<byte> json) =>
        json.IsEmpty ? null : JsonSerializer.Deserialize(json.Span, CloudEventJsonContext.Default.CloudEventAttributes);
}

[JsonSerializable(typeof(CloudEventAttributes))]
internal sealed partial class CloudEventJsonContext : JsonSerializerContext;
