using System.Diagnostics.Metrics;
using EventHub.Diagnostics;
using OpenTelemetry.Metrics;

namespace EventHub.AspNetCore.Metrics;

/// <summary>Which instruments are exported, and with which buckets and limits.</summary>
internal static class HubMetricViews
{
    /// <summary>Name of the runtime's own meter.</summary>
    public const string RuntimeMeter = "System.Runtime";

    /// <summary>Upper bounds of latency buckets in seconds: half a millisecond to a minute.</summary>
    public static readonly double[] LatencyBuckets =
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    // Room for "other" and for OpenTelemetry's own bookkeeping.
    private const int Spare = 10;

    // Results a dispatch can have, and statuses an attempt can have, with room for more.
    private const int Results = 8;

    private const int OtherLimit = HubMetrics.MaxSubscribers + Spare;

    // Series per instrument, beyond what HubMetrics lets through, so that its "other" shows and never OpenTelemetry's own overflow series, which has
    // other labels. Not far beyond: OpenTelemetry sets the memory of all of them aside at once, some 100 bytes each.
    private static readonly Dictionary<string, int> Limits = new()
    {
        ["eventhub.events.received"] = HubMetrics.MaxTypes + Spare,
        ["eventhub.messages.delivered"] = (HubMetrics.MaxSubscribers + Spare) * 3,
        ["eventbroker.events.processed"] = (HubMetrics.MaxSourceTypePairs + Spare) * Results,
    };

    // Of the runtime's thirty instruments those an operator asks for first; some of the rest have names promtool refuses.
    private static readonly HashSet<string> Runtime =
    [
        "dotnet.process.cpu.time", "dotnet.process.memory.working_set", "dotnet.gc.last_collection.heap.size", "dotnet.gc.pause.time",
        "dotnet.exceptions",
    ];

    /// <summary>The view over one hub's metrics: another hub's in the same process are left out.</summary>
    public static Func<Instrument, MetricStreamConfiguration?> For(HubMetrics metrics) => instrument =>
    {
        if (instrument.Meter.Name == RuntimeMeter) return Runtime.Contains(instrument.Name) ? null : MetricStreamConfiguration.Drop;
        if (!ReferenceEquals(instrument.Meter, metrics.Meter)) return MetricStreamConfiguration.Drop;
        var limit = Limits.GetValueOrDefault(instrument.Name, OtherLimit);
        return instrument is Histogram<double>
            ? new ExplicitBucketHistogramConfiguration { Boundaries = LatencyBuckets, RecordMinMax = false, CardinalityLimit = limit }
            : new MetricStreamConfiguration { CardinalityLimit = limit };
    };
}
