using System.Text.Json.Serialization;

namespace EventHub.Client.Webhooks;

/// <summary>So many requests in such a time.</summary>
public sealed record RateLimit
{
    /// <summary>Requests.</summary>
    public required int Limit { get; init; }

    /// <summary>The time. Default 1 s.</summary>
    [JsonPropertyName("period_seconds")]
    [JsonConverter(typeof(SecondsConverter))]
    public TimeSpan? Period { get; init; }
}
