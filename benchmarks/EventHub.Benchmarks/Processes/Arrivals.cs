using EventHub.Benchmarks.Measuring;

namespace EventHub.Benchmarks.Processes;

/// <summary>Deliveries the receiver took.</summary>
/// <param name="Count">How many.</param>
/// <param name="FirstAt">When the first came, in ticks of the machine's monotonic clock.</param>
/// <param name="LastAt">When the last came.</param>
/// <param name="Latencies">From each event's planned sending time.</param>
internal sealed record Arrivals(long Count, long FirstAt, long LastAt, LatencyHistogram Latencies);
