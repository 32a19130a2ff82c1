using System.Text.Json.Serialization;

namespace EventHub.Client.Webhooks;

/// <summary>Waits that grow by a factor.</summary>
public sealed record ExponentialRetry
{
    /// <summary>The first wait.</summary>
    [JsonPropertyName("initial_seconds")]
    [JsonConverter(typeof(SecondsConverter))]
    public required TimeSpan Initial { get; init; }

    /// <summary>The longest wait.</summary>
    [JsonPropertyName("max_seconds")]
    [JsonConverter(typeof(SecondsConverter))]
    public TimeSpan? Max { get; init; }

    /// <summary>By how much each is longer than the one before.</summary>
    public double? Factor { get; init; }

    /// <summary><c>none</c>, <c>full</c> or <c>decorrelated</c>.</summary>
    public string? Jitter { get; init; }
}
