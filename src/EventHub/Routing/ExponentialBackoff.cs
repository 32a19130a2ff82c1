namespace EventHub.Routing;

/// <summary>Waits that grow by a factor up to a maximum.</summary>
/// <param name="Initial">Wait before the first retry: 1 ms to 30 days.</param>
/// <param name="Max">Longest wait: from <paramref name="Initial"/> to 30 days.</param>
/// <param name="Factor">Growth per retry: 1 to 100.</param>
/// <param name="Jitter">How waits are spread.</param>
public sealed record ExponentialBackoff(TimeSpan Initial, TimeSpan Max, double Factor, Jitter Jitter);
