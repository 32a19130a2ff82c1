using Microsoft.Extensions.DependencyInjection;

namespace EventHub.Hosting;

/// <summary>Adds the hub to a host.</summary>
public static class EventHubServiceCollectionExtensions
{
    /// <summary>
    /// Adds the hub: <see cref="Publishing.Publisher"/>, <see cref="Routing.SubscriptionService"/>, <see cref="Journal.DispatchJournal"/>,
    /// <see cref="HubPipeline"/> (started and stopped as a hosted service), the store's <see cref="Storage.IEventLog"/>. The memory store unless another is added to the builder.
    /// </summary>
    public static EventHubBuilder AddEventHub(this IServiceCollection services, HubOptions? options = null) => throw new NotSupportedException();
}
