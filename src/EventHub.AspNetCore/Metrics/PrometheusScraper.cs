using OpenTelemetry.Metrics;

namespace EventHub.AspNetCore.Metrics;

/// <summary>Reads the metrics as they stand. Scrapes at the same time take turns, so each gets a whole page.</summary>
internal sealed class PrometheusScraper : IDisposable
{
    private readonly PrometheusTextExporter _exporter = new();
    private readonly SemaphoreSlim _turn = new(1, 1);

    public PrometheusScraper() =>
        Reader = new BaseExportingMetricReader(_exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative };

    /// <summary>The reader to add to a meter provider, which then owns it.</summary>
    public BaseExportingMetricReader Reader { get; }

    /// <summary>Collects and gives the page; <c>null</c> when the metrics could not be collected.</summary>
    public async ValueTask<string?> ScrapeAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // By way of the exporter: a pulled reader collects on nobody else's behalf.
            return _exporter.Collect!(Timeout.Infinite) ? _exporter.Page : null;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
