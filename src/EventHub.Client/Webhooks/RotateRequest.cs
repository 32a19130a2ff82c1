using System.Text.Json.Serialization;

namespace EventHub.Client.Webhooks;

internal sealed record RotateRequest(string? Secret, [property: JsonPropertyName("grace_seconds")] long? GraceSeconds);
