using EventHub.Diagnostics;
using EventHub.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EventHub.AspNetCore.Metrics;

/// <summary>
/// Collects the hub's metrics for <c>GET /metrics</c>, and sends metrics and traces to an OpenTelemetry collector when
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> (or that of one signal) is set. The other <c>OTEL_*</c> variables are OpenTelemetry's own.
/// </summary>
internal static class HubTelemetry
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Adds it; a second call changes nothing.</summary>
    public static EventHubBuilder AddHubTelemetry(this EventHubBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<HubMetrics>();
        services.TryAddSingleton<PrometheusScraper>();
        services.TryAddSingleton(provider => BuildMeterProvider(provider.GetRequiredService<HubMetrics>(), provider.GetRequiredService<PrometheusScraper>()));
        services.AddHostedService<HubTelemetryService>();
        return builder;
    }

    /// <summary>Sends traces when a collector is configured; <c>null</c> otherwise, so that nobody listens and spans cost nothing.</summary>
    public static TracerProvider? BuildTracerProvider() => !HasCollector("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
        ? null
        : Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(Resource())
            .AddSource(HubActivities.SourceName)

            // The server's spans are parents of ours; without them traces would begin with a span that is missing.
            .AddSource("Microsoft.AspNetCore")
            .AddOtlpExporter()
            .Build();

    /// <summary>Collects one hub's metrics.</summary>
    public static MeterProvider BuildMeterProvider(HubMetrics metrics, PrometheusScraper scraper)
    {
        var builder = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(Resource())
            .AddMeter(HubMetrics.MeterName, HubMetricViews.RuntimeMeter)
            .AddView(HubMetricViews.For(metrics))
            .AddReader(scraper.Reader);
        if (HasCollector("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT")) builder.AddOtlpExporter();
        return builder.Build();
    }

    private static bool HasCollector(string signalEndpoint) =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Endpoint)) || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(signalEndpoint));

    // The environment's OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last, and so win.
    private static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddService("eventhub", serviceVersion: typeof(HubMetrics).Assembly.GetName().Version?.ToString(3))
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();
}
