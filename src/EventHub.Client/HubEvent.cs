using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace EventHub.Client;

/// <summary>An event as the hub tells it. The payload is there byte for byte as it was published.</summary>
[JsonConverter(typeof(HubEventConverter))]
public sealed class HubEvent
{
    internal HubEvent(JsonElement json)
    {
        Json = json;
        Id = json.GetProperty("id").GetGuid();
        Sequence = json.GetProperty("sequence").GetInt64();
        Type = json.GetProperty("type").GetString()!;
        Payload = json.GetProperty("payload");
        CreatedAt = json.GetProperty("created_at").GetDateTimeOffset();
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; }

    /// <summary>Its place in the log: dense, increasing in commit order.</summary>
    public long Sequence { get; }

    /// <summary>Dot-separated segments.</summary>
    public string Type { get; }

    /// <summary>Any JSON value; <see cref="JsonElement.GetRawText"/> gives its text as published.</summary>
    public JsonElement Payload { get; }

    /// <summary>When the hub took it.</summary>
    public DateTimeOffset CreatedAt { get; }

    /// <summary>Default <c>v1</c>.</summary>
    public string? Version => Text("version");

    /// <summary>Who published it; default <c>api</c>.</summary>
    public string? Source => Text("source");

    /// <summary>What it is about.</summary>
    public string? Subject => Text("subject");

    /// <summary>Free text.</summary>
    public string? OrganizationId => Text("organization_id");

    /// <summary>Free text.</summary>
    public string? UserId => Text("user_id");

    /// <summary>Free text.</summary>
    public string? SessionId => Text("session_id");

    /// <summary>The hub that took it.</summary>
    public string? InstanceId => Text("instance_id");

    /// <summary>First segment of a type with three, unless given.</summary>
    public string? Schema => Text("schema");

    /// <summary>Second segment of a type with three, unless given.</summary>
    public string? Entity => Text("entity");

    /// <summary>Third segment of a type with three, unless given.</summary>
    public string? Operation => Text("operation");

    /// <summary>What the publisher added: an object.</summary>
    public JsonElement Metadata => Json.TryGetProperty("metadata", out var value) ? value : default;

    /// <summary><c>pending</c>, <c>processing</c>, <c>completed</c>, <c>failed</c>; in streams and consumers always that of an event just published.</summary>
    public string? Status => Text("status");

    /// <summary>Repeated attempts over all of its dispatches.</summary>
    public int RetryCount => Json.TryGetProperty("retry_count", out var value) && value.TryGetInt32(out var count) ? count : 0;

    /// <summary>Why it failed.</summary>
    public string? Error => Text("error");

    /// <summary>When its first dispatch began.</summary>
    public DateTimeOffset? ProcessedAt => Time("processed_at");

    /// <summary>When its last dispatch ended.</summary>
    public DateTimeOffset? CompletedAt => Time("completed_at");

    /// <summary>Where a subscription goes on after this event, as <c>epoch:sequence</c>; <c>null</c> unless it came by a subscription.</summary>
    public string? ResumePoint { get; internal init; }

    /// <summary>The whole event as the hub wrote it, with what this type does not name.</summary>
    public JsonElement Json { get; }

    /// <summary>The payload's UTF-8 bytes, exactly as published.</summary>
    public ReadOnlySpan<byte> PayloadBytes => JsonMarshal.GetRawUtf8Value(Payload);

    /// <summary>Reads the payload as a type.</summary>
    /// <exception cref="JsonException">It is not of that form.</exception>
    public T? ReadPayload<T>(JsonTypeInfo<T> type) => Payload.Deserialize(type);

    private string? Text(string name) => Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private DateTimeOffset? Time(string name) =>
        Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time) ? time : null;
}
