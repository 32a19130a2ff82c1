using System.Text.Json.Serialization;
using EventHub.Client.Webhooks;

namespace EventHub.Client.Journal;

/// <summary>How a dispatch is delivered again; what is <c>null</c> is as the subscription has it.</summary>
public sealed record DispatchRetry
{
    /// <summary>How long to wait before. Default: at once.</summary>
    [JsonPropertyName("delay_seconds")]
    [JsonConverter(typeof(SecondsConverter))]
    public TimeSpan? Delay { get; init; }

    /// <summary>Repeats, at most.</summary>
    public int? MaxRetries { get; init; }

    /// <summary>The wait between them.</summary>
    [JsonConverter(typeof(SecondsConverter))]
    public TimeSpan? RetryDelay { get; init; }
}
