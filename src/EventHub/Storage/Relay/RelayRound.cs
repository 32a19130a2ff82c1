namespace EventHub.Storage.Relay;

/// <summary>What a process hands over in <see cref="IRelayStore.ExchangeAsync"/>.</summary>
/// <param name="Node">The process; unique to it.</param>
/// <param name="Presence">For how long from now the others count on it; zero: it goes, and with it what it serves.</param>
public sealed record RelayRound(string Node, TimeSpan Presence)
{
    /// <summary>How many clients of each name are connected to it; <c>null</c>: as told before.</summary>
    public IReadOnlyDictionary<string, int>? Serves { get; init; }

    /// <summary>Calls for other processes.</summary>
    public IReadOnlyList<RelayCall> Calls { get; init; } = [];

    /// <summary>Answers to calls of other processes. One handed over before does no harm.</summary>
    public IReadOnlyList<RelayAnswer> Answers { get; init; } = [];

    /// <summary>Numbers of calls it made that nobody is to take any more.</summary>
    public IReadOnlyList<long> Withdrawn { get; init; } = [];
}
