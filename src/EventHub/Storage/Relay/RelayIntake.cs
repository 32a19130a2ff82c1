namespace EventHub.Storage.Relay;

/// <summary>What a process got by <see cref="IRelayStore.ExchangeAsync"/>.</summary>
public sealed record RelayIntake
{
    /// <summary>The other processes that can be counted on, and for each a number that grows whenever it was heard of.</summary>
    public required IReadOnlyDictionary<string, long> Nodes { get; init; }

    /// <summary>What their clients serve.</summary>
    public required IReadOnlyList<RelayedName> Names { get; init; }

    /// <summary>Calls for this process, the oldest first, at most <see cref="MaxCalls"/>.</summary>
    public required IReadOnlyList<RelayCall> Calls { get; init; }

    /// <summary>Answers to its calls.</summary>
    public required IReadOnlyList<RelayAnswer> Answers { get; init; }

    /// <summary>Those of the calls to withdraw that nobody had taken and nobody will.</summary>
    public required IReadOnlyList<long> Withdrawn { get; init; }

    /// <summary>Most calls that are taken at a time.</summary>
    public const int MaxCalls = 64;
}
