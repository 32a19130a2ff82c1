namespace EventHub.Routing;

/// <summary>How a subscription's events are delivered.</summary>
public sealed record DeliverySettings
{
    /// <summary>Largest <see cref="Concurrency"/>.</summary>
    public const int MaxConcurrency = 1024;

    /// <summary>Largest <see cref="Partitions"/>.</summary>
    public const int MaxPartitions = 64;

    /// <summary>What holds when things go wrong. Default at least once.</summary>
    public DeliveryGuarantee Guarantee { get; init; } = DeliveryGuarantee.AtLeastOnce;

    /// <summary>
    /// <c>organization_id</c>, <c>user_id</c>, <c>source</c>, <c>subject</c>, <c>type</c> or a JSON path into the payload (<c>$.…</c>): events of one
    /// value are delivered strictly in order. <c>null</c>: no order.
    /// </summary>
    public string? OrderingKey { get; init; }

    /// <summary>Not delivered before the event is this old. 0 to 30 days, whole milliseconds. Default zero.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Limit of one attempt, answer included. 1 ms to 10 min. Default 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Attempts in flight at once, 1 to 1024. Default 64.</summary>
    public int Concurrency { get; init; } = 64;

    /// <summary>
    /// In how many parts the events are delivered, each by one worker, so that several processes can work for one subscription: events of one value of
    /// <see cref="OrderingKey"/> are in one part. 1 to 64, and at most <see cref="Concurrency"/>, which the parts share. Default 1. May be changed at any time.
    /// </summary>
    public int Partitions { get; init; } = 1;

    /// <summary>Attempts per time; <c>null</c>: no limit.</summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>What follows a failed attempt.</summary>
    public RetrySettings Retry { get; init; } = new();
}
