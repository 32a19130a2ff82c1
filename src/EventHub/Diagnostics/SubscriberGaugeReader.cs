using System.Diagnostics.Metrics;

namespace EventHub.Diagnostics;

/// <summary>Turns what the engine knows of its subscribers into measurements with bounded labels.</summary>
internal sealed class SubscriberGaugeReader(LabelLimiter subscribers)
{
    private readonly Lock _lock = new();

    // Labels that were ever reported. Without a zero for those gone, exporters would show a deleted subscriber's last value for ever.
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    private Func<IEnumerable<SubscriberGauges>> _source = static () => [];

    /// <summary>Where the values come from.</summary>
    public Func<IEnumerable<SubscriberGauges>> Source
    {
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Volatile.Write(ref _source, value);
        }
    }

    /// <summary>One measurement per label.</summary>
    public IReadOnlyList<Measurement<T>> Read<T>(Func<SubscriberGauges, T> select)
        where T : struct
    {
        var byLabel = new Dictionary<string, SubscriberGauges>(StringComparer.Ordinal);
        foreach (var gauges in Volatile.Read(ref _source)())
        {
            var label = subscribers.Limit(gauges.Subscriber);
            byLabel[label] = byLabel.TryGetValue(label, out var sum) ? Add(sum, gauges) : gauges;
        }

        lock (_lock)
        {
            _reported.UnionWith(byLabel.Keys);
            foreach (var label in _reported) byLabel.TryAdd(label, default);
        }

        var measurements = new List<Measurement<T>>(byLabel.Count);
        foreach (var (label, gauges) in byLabel) measurements.Add(new Measurement<T>(select(gauges), new KeyValuePair<string, object?>("subscriber", label)));
        return measurements;
    }

    private static SubscriberGauges Add(SubscriberGauges left, SubscriberGauges right) => left with
    {
        Pending = left.Pending + right.Pending,
        LagEvents = left.LagEvents + right.LagEvents,
        OldestAgeSeconds = Math.Max(left.OldestAgeSeconds, right.OldestAgeSeconds),
        DeadLetters = left.DeadLetters + right.DeadLetters,
    };
}
