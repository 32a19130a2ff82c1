using EventHub.AspNetCore.Http;
using EventHub.AspNetCore.Http.Consumers;
using EventHub.AspNetCore.Http.Publishing;
using EventHub.AspNetCore.Http.Reading;
using EventHub.AspNetCore.Http.Streaming;
using EventHub.AspNetCore.Metrics;
using EventHub.AspNetCore.Rpc;
using EventHub.AspNetCore.Security;
using EventHub.Delivery.Destinations;
using EventHub.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventHub.AspNetCore.Hosting;

/// <summary>Adds the hub's HTTP interface to a host.</summary>
public static class EventHubHttpExtensions
{
    /// <summary>
    /// Adds what <c>MapEventHub()</c> and <c>UseEventHub()</c> need, and keeps webhook secrets encrypted with ASP.NET data protection, whose
    /// keys the host should keep in a place that lasts (<c>PersistKeysToFileSystem</c>): without its key a secret cannot be read again.
    /// </summary>
    public static EventHubBuilder AddEventHubHttp(this EventHubBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddRouting();
        services.AddCors();
        builder.AddHubTelemetry();
        services.AddDataProtection();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ISecretProtector, DataProtectionSecretProtector>();
        services.TryAddSingleton<StoreProbe>();
        services.TryAddSingleton<SubscriptionIntake>();
        services.TryAddSingleton<WebhookIntake>();
        services.TryAddSingleton<EventIntake>();
        services.TryAddSingleton<EventFinder>();
        services.TryAddSingleton<PublishAnswer>();
        services.TryAddSingleton<PublishHandler>();
        services.TryAddSingleton<EventReadHandler>();
        services.TryAddSingleton(new StreamOptions());
        services.TryAddSingleton<StreamSlots>();
        services.TryAddSingleton<StreamHandler>();
        services.TryAddSingleton<ConsumerReadHandler>();
        services.AddHubRpc();
        services.AddOpenApi(ApiDocumentEndpoints.DocumentName, options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "EventHub";
            document.Info.Description = "Durable events in, webhooks and streams out. Every error body is application/problem+json (RFC 9457).";
            return Task.CompletedTask;
        }));
        return builder;
    }
}
