using EventHub.Delivery.Destinations;
using EventHub.Diagnostics;
using EventHub.Hosting;
using EventHub.Log;
using EventHub.Routing;
using EventHub.Storage;
using Microsoft.Extensions.Logging;

namespace EventHub.Delivery;

/// <summary>What every runner works with.</summary>
internal sealed record RunnerServices(
    IHubStore Store,
    LogReader Reader,
    EventRouter Router,
    SubscriptionRegistry Registry,
    SubscriptionService Subscriptions,
    DestinationClients Clients,
    LeaseClock Leases,
    HubOptions Options,
    HubMetrics Metrics,
    TimeProvider Time,
    Random Random,
    ILogger Logger)
{
    /// <summary>Milliseconds of a clock that never steps.</summary>
    public long Now => (long)Time.GetElapsedTime(0).TotalMilliseconds + 1;
}
