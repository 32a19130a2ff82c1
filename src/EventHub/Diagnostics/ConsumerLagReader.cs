using System.Diagnostics.Metrics;

namespace EventHub.Diagnostics;

/// <summary>Turns the lags of consumers into measurements with bounded labels.</summary>
internal sealed class ConsumerLagReader(LabelLimiter consumers)
{
    private readonly Lock _lock = new();

    // Labels that were ever reported. Without a zero for those gone, exporters would show a deleted consumer's last value for ever.
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    private Func<IEnumerable<(string Consumer, long LagEvents)>> _source = static () => [];

    /// <summary>Where the values come from.</summary>
    public Func<IEnumerable<(string Consumer, long LagEvents)>> Source
    {
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Volatile.Write(ref _source, value);
        }
    }

    /// <summary>One measurement per label; those of one label are added up.</summary>
    public IReadOnlyList<Measurement<long>> Read()
    {
        var byLabel = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (consumer, lag) in Volatile.Read(ref _source)())
        {
            var label = consumers.Limit(consumer);
            byLabel[label] = byLabel.GetValueOrDefault(label) + lag;
        }

        lock (_lock)
        {
            _reported.UnionWith(byLabel.Keys);
            foreach (var label in _reported) byLabel.TryAdd(label, 0);
        }

        return [.. byLabel.Select(pair => new Measurement<long>(pair.Value, new KeyValuePair<string, object?>("consumer", pair.Key)))];
    }
}
