using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace EventHub.AspNetCore.Metrics;

/// <summary>
/// Being built with its meter provider, it has the metrics counted from the host's start on and not from the first scrape. Traces that wait are sent when
/// the container disposes it, after the hub has drained.
/// </summary>
/// <param name="metrics">Kept, so that it is built.</param>
internal sealed class HubTelemetryService(MeterProvider metrics) : IHostedService, IDisposable
{
    private readonly MeterProvider _metrics = metrics;
    private readonly TracerProvider? _traces = HubTelemetry.BuildTracerProvider();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _traces?.Dispose();
}
