using EventHub.Benchmarks.Load;
using EventHub.Benchmarks.Measuring;
using EventHub.Benchmarks.Processes;

namespace EventHub.Benchmarks.Suites;

/// <summary>What the benchmarks share that have the whole job done in several ways, each with webhooks of its own at one receiver.</summary>
internal static class WholeJobWays
{
    private const double LatencyRate = 200;

    /// <summary>How the paths of a way's webhooks begin.</summary>
    public static string Path(int way) => $"/way{way}";

    /// <summary>The addresses of a way's webhooks.</summary>
    public static string[] Webhooks(ReceiverProcess receiver, int way) => [.. Enumerable.Range(0, WholeJob.Webhooks).Select(i => $"{receiver.Url}{Path(way)}/{i}")];

    /// <summary>Time to the arrival and to the 202 for each way, in turn.</summary>
    /// <param name="context">Rounds and their length.</param>
    /// <param name="receiver">Where webhooks go.</param>
    /// <param name="ways">Names, and where events go in.</param>
    public static async Task<Table> LatencyAsync(BenchContext context, ReceiverProcess receiver, params IReadOnlyList<(string Name, string Url)> ways)
    {
        var table = new Table($"From the planned publish to the webhook's arrival at {LatencyRate} events/s, ms", "way", "p50", "p99", "max", "202: p50", "202: p99");
        var sums = ways.Select(_ => (Arrived: new LatencyHistogram(), Answered: new LatencyHistogram())).ToArray();
        for (var round = 0; round < context.Rounds; round++)
        {
            for (var i = 0; i < ways.Count; i++)
            {
                Machine.Settle();
                var (arrived, answered) = await WholeJob.LatencyAsync(ways[i].Url, receiver, Path(i), LatencyRate, context.Duration);
                sums[i].Arrived.Add(arrived);
                sums[i].Answered.Add(answered);
            }
        }

        for (var i = 0; i < ways.Count; i++)
        {
            var (arrived, answered) = sums[i];
            table.Add(ways[i].Name, arrived.Percentile(0.5), arrived.Percentile(0.99), arrived.MaxMs, answered.Percentile(0.5), answered.Percentile(0.99));
        }

        return table;
    }
}
