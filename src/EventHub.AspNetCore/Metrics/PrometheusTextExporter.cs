using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace EventHub.AspNetCore.Metrics;

/// <summary>Exports the metrics of one collection as Prometheus text. Pulled: it does nothing until <see cref="PrometheusScraper"/> collects.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusTextExporter : BaseExporter<Metric>, IPullMetricExporter
{
    /// <summary>The page of the last collection.</summary>
    public string Page { get; private set; } = "";

    /// <inheritdoc/>
    public Func<int, bool>? Collect { get; set; }

    /// <inheritdoc/>
    public override ExportResult Export(in Batch<Metric> batch)
    {
        var writer = new PrometheusTextWriter();
        foreach (var metric in batch) writer.Add(metric);
        Page = writer.Write();
        return ExportResult.Success;
    }
}
