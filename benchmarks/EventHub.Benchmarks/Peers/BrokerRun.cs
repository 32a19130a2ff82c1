using EventHub.Benchmarks.Measuring;

namespace EventHub.Benchmarks.Peers;

/// <summary>What a run from publishers to a consumer came to.</summary>
/// <param name="PerSecond">Consumed a second, from the first publish to the last that was consumed.</param>
/// <param name="Latencies">From the planned publish to the consumer.</param>
internal sealed record BrokerRun(double PerSecond, LatencyHistogram Latencies);
