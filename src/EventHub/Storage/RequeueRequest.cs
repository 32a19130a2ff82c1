namespace EventHub.Storage;

/// <summary>Dispatches of one subscription to deliver again.</summary>
public sealed class RequeueRequest
{
    /// <summary>Their subscription.</summary>
    public required int SubscriptionKey { get; init; }

    /// <summary>The ended dispatches, at least one. Several of one event become one new dispatch.</summary>
    public required IReadOnlyList<DispatchKey> Keys { get; init; }

    /// <summary>Only those that are on the dead letter list still.</summary>
    public bool OnlyDeadLetters { get; init; }

    /// <summary>The time now: when the new dispatches come to be.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Not attempted before this time.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Retries allowed, in place of the subscription's.</summary>
    public int? RetryLimit { get; init; }

    /// <summary>Wait before each retry, in place of the subscription's.</summary>
    public TimeSpan? RetryDelay { get; init; }
}
