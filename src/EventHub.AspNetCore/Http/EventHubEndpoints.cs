using EventHub.AspNetCore.Http;
using EventHub.AspNetCore.Http.Consumers;
using EventHub.AspNetCore.Metrics;
using EventHub.AspNetCore.Rpc;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>The hub's HTTP interface.</summary>
public static class EventHubEndpoints
{
    /// <summary>
    /// Maps every endpoint of the hub, one class per noun; needs <c>AddEventHub().AddEventHubHttp()</c>. Put <c>UseEventHub()</c> before it, so that
    /// every error is problem+json and every request is measured.
    /// </summary>
    public static IEndpointRouteBuilder MapEventHub(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        EventEndpoints.Map(endpoints);
        SubscriptionEndpoints.Map(endpoints);
        WebhookEndpoints.Map(endpoints);
        ConsumerEndpoints.Map(endpoints);
        DispatchEndpoints.Map(endpoints);
        DeadLetterEndpoints.Map(endpoints);
        RpcEndpoints.Map(endpoints);
        HealthEndpoints.Map(endpoints);
        MetricsEndpoints.Map(endpoints);
        ApiDocumentEndpoints.Map(endpoints);
        return endpoints;
    }
}
