using EventHub.AspNetCore.Http;
using EventHub.AspNetCore.Http.Consumers;
using EventHub.AspNetCore.Metrics;
using EventHub.AspNetCore.Rpc;
using EventHub.Hosting;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>The hub's HTTP interface.</summary>
public static class EventHubEndpoints
{
    /// <summary>
    /// Maps every endpoint of the hub, one class per noun; needs <c>AddEventHub().AddEventHubHttp()</c>. Put <c>UseEventHub()</c> before it, so that
    /// every error is problem+json and every request is measured. A process without <see cref="HubRoles.Api"/> answers health and metrics, and 421 at everything else.
    /// </summary>
    public static IEndpointRouteBuilder MapEventHub(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var api = WithoutApi.Guard(endpoints);
        EventEndpoints.Map(api);
        SubscriptionEndpoints.Map(api);
        WebhookEndpoints.Map(api);
        ConsumerEndpoints.Map(api);
        DispatchEndpoints.Map(api);
        DeadLetterEndpoints.Map(api);
        RpcEndpoints.Map(api);
        HealthEndpoints.Map(endpoints);
        MetricsEndpoints.Map(endpoints);
        ApiDocumentEndpoints.Map(api);
        return endpoints;
    }
}
