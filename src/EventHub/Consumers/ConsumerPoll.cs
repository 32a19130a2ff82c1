namespace EventHub.Consumers;

/// <summary>How events are asked for.</summary>
public sealed record ConsumerPoll
{
    /// <summary>At most this many events, and not many more than 4 MiB; from 1. Default 100.</summary>
    public int MaxCount { get; init; } = 100;

    /// <summary>How long to wait when there is none. Default not at all.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>
    /// The client, which has the consumer for 30 s from then on; <c>null</c>: one that cannot be told from others, which has it while it waits.
    /// </summary>
    public string? Instance { get; init; }
}
