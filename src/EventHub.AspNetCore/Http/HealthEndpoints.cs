using System.Text.Json;
using EventHub.AspNetCore.Http.OpenApi;
using EventHub.Events;
using EventHub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventHub.AspNetCore.Http;

/// <summary><c>/health</c>, <c>/health/live</c>, <c>/health/ready</c>.</summary>
internal static class HealthEndpoints
{
    private static readonly string s_version = typeof(HealthEndpoints).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        Map(endpoints, "/health", HealthAsync, new EndpointDoc("health", "Health of the hub and its store", "Asks the store whether it would take a write.")
        {
            Answers =
            [
                (200, "Healthy", Example("healthy", "connected")),
                (503, "The store does not take writes", Example("unhealthy", "disconnected")),
            ],
        });
        Map(endpoints, "/health/live", Live, new EndpointDoc("health", "Whether the process runs", "Always 200: restart the process when it does not answer.")
        {
            Answers = [(200, "Alive", """{"status":"alive"}""")],
        });
        Map(endpoints, "/health/ready", Ready, new EndpointDoc("health", "Whether to send traffic here", "503 while starting and while stopping.")
        {
            Answers = [(200, "Ready", """{"status":"ready"}"""), (503, "Starting or stopping", """{"status":"starting"}""")],
        });
    }

    private static void Map(IEndpointRouteBuilder endpoints, string path, RequestDelegate handler, EndpointDoc doc) =>
        endpoints.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], handler).WithDoc(doc, handler);

    private static async Task HealthAsync(HttpContext context)
    {
        var probe = context.RequestServices.GetRequiredService<StoreProbe>();
        var isHealthy = await probe.IsHealthyAsync();
        context.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.Write(context, isHealthy ? 200 : 503, (probe, isHealthy), static (writer, state) =>
        {
            var (probe, isHealthy) = state;
            writer.WriteStartObject();
            writer.WriteString("status"u8, isHealthy ? "healthy" : "unhealthy");
            writer.WriteString("timestamp"u8, EventJson.Time(probe.Time.GetUtcNow()));
            writer.WriteNumber("uptime"u8, Math.Round(probe.Uptime.TotalSeconds, 3));
            writer.WriteString("database"u8, isHealthy ? "connected" : "disconnected");
            writer.WriteString("service"u8, "eventhub");
            writer.WriteString("version"u8, s_version);
            writer.WriteString("store"u8, probe.Store.Name);
            writer.WriteString("durability"u8, DurabilityNames.Of(probe.Store.Durability));
            writer.WriteEndObject();
        });
    }

    private static Task Live(HttpContext context) => Status(context, 200, "alive");

    private static Task Ready(HttpContext context)
    {
        var services = context.RequestServices;
        if (services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested) return Status(context, 503, "stopping");
        return services.GetRequiredService<HubPipeline>().IsReady ? Status(context, 200, "ready") : Status(context, 503, "starting");
    }

    private static Task Status(HttpContext context, int status, string name)
    {
        context.Response.Headers.CacheControl = "no-store";
        return JsonAnswer.Write(context, status, name, static (writer, name) =>
        {
            writer.WriteStartObject();
            writer.WriteString("status"u8, name);
            writer.WriteEndObject();
        });
    }

    private static string Example(string status, string database) =>
        $$"""
        {"status":"{{status}}","timestamp":"2026-01-01T00:00:00.000Z","uptime":12.5,"database":"{{database}}","service":"eventhub","version":"{{s_version}}","store":"sqlite","durability":"fsync"}
        """;
}
