using System.Text.Json.Serialization;

namespace EventHub.Client.Webhooks;

/// <summary>How a webhook's events are delivered. In a request, what is <c>null</c> is left to the hub's defaults, or as it was; answers have all of it.</summary>
public sealed record DeliverySettings
{
    /// <summary><c>at_least_once</c> (default) or <c>at_most_once</c>.</summary>
    public string? Guarantee { get; init; }

    /// <summary>Events of the same key come one after the other: <c>organization_id</c>, <c>user_id</c>, <c>source</c>, <c>subject</c>, <c>type</c>, or a JSON path into the payload.</summary>
    public string? OrderingKey { get; init; }

    /// <summary>How long an event is held back. Default zero.</summary>
    [JsonPropertyName("delay_seconds")]
    [JsonConverter(typeof(SecondsConverter))]
    public TimeSpan? Delay { get; init; }

    /// <summary>How long the receiver may take to answer, body included. Default 10 s.</summary>
    [JsonPropertyName("timeout_ms")]
    [JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan? Timeout { get; init; }

    /// <summary>Requests at a time, at most. Default 64.</summary>
    public int? Concurrency { get; init; }

    /// <summary>In how many parts the hub delivers, so that several of its processes can: events of one key are in one part. 1 to 64. Default 1.</summary>
    public int? Partitions { get; init; }

    /// <summary>Requests in a time, at most. Default none.</summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>When a failed attempt is repeated. Default 3 times, after 5, 30 and 300 s.</summary>
    public RetrySettings? Retry { get; init; }
}
