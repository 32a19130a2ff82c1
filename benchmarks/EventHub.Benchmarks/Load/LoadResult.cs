using EventHub.Benchmarks.Measuring;

namespace EventHub.Benchmarks.Load;

/// <summary>What a run of the load generator saw.</summary>
/// <param name="Answered">Requests answered with a success.</param>
/// <param name="Refused">Requests answered otherwise.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Latencies">From the planned sending time to the whole answer.</param>
internal sealed record LoadResult(long Answered, long Refused, double Seconds, LatencyHistogram Latencies)
{
    public double PerSecond => Answered / Seconds;
}
