using EventHub.AspNetCore.Metrics;
using EventHub.Diagnostics;
using OpenTelemetry.Metrics;

namespace EventHub.Server.Tests.Metrics;

/// <summary>The metrics of one hub and their page, as the server puts them together.</summary>
internal sealed class MetricsPage : IDisposable
{
    private readonly PrometheusScraper _scraper = new();
    private readonly MeterProvider _provider;

    public MetricsPage() => _provider = HubTelemetry.BuildMeterProvider(Metrics, _scraper);

    public HubMetrics Metrics { get; } = new();

    public async Task<string> ScrapeAsync() => await _scraper.ScrapeAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException("not collected");

    /// <summary>The page without the runtime's metrics, which change by themselves.</summary>
    public async Task<string[]> LinesAsync() =>
        [.. (await ScrapeAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.Contains("dotnet_", StringComparison.Ordinal))];

    public void Dispose()
    {
        _provider.Dispose();
        _scraper.Dispose();
        Metrics.Dispose();
    }
}
