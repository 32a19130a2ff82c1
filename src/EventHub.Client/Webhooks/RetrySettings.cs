using System.Text.Json.Serialization;

namespace EventHub.Client.Webhooks;

/// <summary>When a failed attempt is repeated: by a schedule, at a constant pace, or exponentially (one of them).</summary>
public sealed record RetrySettings
{
    /// <summary>Repeats, at most; zero for none.</summary>
    public required int Limit { get; init; }

    /// <summary>The wait before each repeat; the last one goes on.</summary>
    [JsonPropertyName("schedule_seconds")]
    [JsonConverter(typeof(SecondsListConverter))]
    public IReadOnlyList<TimeSpan>? Schedule { get; init; }

    /// <summary>The wait before every repeat.</summary>
    [JsonPropertyName("constant_seconds")]
    [JsonConverter(typeof(SecondsConverter))]
    public TimeSpan? Constant { get; init; }

    /// <summary>Growing waits.</summary>
    public ExponentialRetry? Exponential { get; init; }
}
