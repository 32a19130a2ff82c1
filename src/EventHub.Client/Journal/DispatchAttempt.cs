using System.Text.Json.Serialization;
using EventHub.Client.Webhooks;

namespace EventHub.Client.Journal;

/// <summary>One try of a dispatch.</summary>
public sealed record DispatchAttempt
{
    /// <summary>From 1.</summary>
    public int Number { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took.</summary>
    [JsonPropertyName("duration_ms")]
    [JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Duration { get; init; }

    /// <summary>How it ended.</summary>
    public string? Result { get; init; }

    /// <summary>The receiver's status.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>The receiver's answer, its first 1000 characters.</summary>
    public string? ResponseBody { get; init; }

    /// <summary>What failed.</summary>
    public string? Error { get; init; }
}
