using System.Globalization;
using System.Text;
using OpenTelemetry.Metrics;

namespace EventHub.AspNetCore.Metrics;

/// <summary>
/// Writes metrics as Prometheus text, format version 0.0.4: per metric a HELP line, a TYPE line and its series. Sorted by metric name, then labels,
/// so that two reads of the same state are equal.
/// </summary>
internal sealed class PrometheusTextWriter
{
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);

    /// <summary>Takes up a metric's present values.</summary>
    public void Add(Metric metric)
    {
        var kind = Kind(metric.MetricType);
        if (kind is null) return;
        var name = PrometheusName.OfMetric(metric.Name, metric.Unit, metric.MetricType);
        if (!_families.TryGetValue(name, out var family)) _families.Add(name, family = new Family(kind, metric.Description, []));

        // Two instruments whose names only differ in what Prometheus cannot spell: a second TYPE would make the whole page invalid.
        if (family.Kind != kind) return;
        foreach (ref readonly var point in metric.GetMetricPoints()) AddPoint(family.Series, name, metric.MetricType, in point);
    }

    /// <summary>All that was taken up, as text.</summary>
    public string Write()
    {
        var text = new StringBuilder(4096);
        foreach (var (name, family) in _families)
        {
            text.Append("# HELP ").Append(name).Append(' ').Append(EscapeHelp(family.Help.Length > 0 ? family.Help : name)).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(family.Kind).Append('\n');
            foreach (var lines in family.Series.Values) text.Append(lines);
        }

        return text.ToString();
    }

    // Exponential histograms have no form in this version of the format.
    private static string? Kind(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.LongGauge or MetricType.DoubleGauge or MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic => "gauge",
        MetricType.Histogram => "histogram",
        _ => null,
    };

    private static void AddPoint(SortedDictionary<string, string> series, string name, MetricType type, in MetricPoint point)
    {
        var labels = Labels(point.Tags);
        var lines = new StringBuilder();
        switch (type)
        {
            case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                AppendSample(lines, name, labels, point.GetSumLong());
                break;
            case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                AppendSample(lines, name, labels, point.GetSumDouble());
                break;
            case MetricType.LongGauge:
                AppendSample(lines, name, labels, point.GetGaugeLastValueLong());
                break;
            case MetricType.DoubleGauge:
                AppendSample(lines, name, labels, point.GetGaugeLastValueDouble());
                break;
            case MetricType.Histogram:
                AppendHistogram(lines, name, labels, in point);
                break;
        }

        // A second series of the same labels would be invalid too; the first stands.
        series.TryAdd(labels, lines.ToString());
    }

    private static void AppendHistogram(StringBuilder lines, string name, string labels, in MetricPoint point)
    {
        var separator = labels.Length > 0 ? "," : "";
        long cumulative = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            cumulative += bucket.BucketCount;
            AppendSample(lines, name + "_bucket", $"{labels}{separator}le=\"{Text(bucket.ExplicitBound)}\"", cumulative);
        }

        AppendSample(lines, name + "_sum", labels, point.GetHistogramSum());

        // The sum of the buckets, not the point's count: the page must agree with itself.
        AppendSample(lines, name + "_count", labels, cumulative);
    }

    private static void AppendSample(StringBuilder lines, string name, string labels, double value)
    {
        lines.Append(name);
        if (labels.Length > 0) lines.Append('{').Append(labels).Append('}');
        lines.Append(' ').Append(Text(value)).Append('\n');
    }

    private static string Labels(OpenTelemetry.ReadOnlyTagCollection tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
            labels.TryAdd(PrometheusName.OfLabel(key), Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
        return string.Join(',', labels.Select(label => $"{label.Key}=\"{EscapeLabel(label.Value)}\""));
    }

    private static string Text(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string EscapeHelp(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string EscapeLabel(string text) => EscapeHelp(text).Replace("\"", "\\\"", StringComparison.Ordinal);

    private sealed record Family(string Kind, string Help, SortedDictionary<string, string> Series);
}
