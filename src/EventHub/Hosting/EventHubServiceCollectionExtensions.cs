using EventHub.Delivery.Destinations;
using EventHub.Delivery.Destinations.Handlers;
using EventHub.Delivery.Destinations.Webhook;
using EventHub.Diagnostics;
using EventHub.Storage;
using EventHub.Storage.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventHub.Hosting;

/// <summary>Adds the hub to a host.</summary>
public static class EventHubServiceCollectionExtensions
{
    /// <summary>
    /// Adds the hub: <see cref="Publishing.Publisher"/>, <see cref="Log.EventStreams"/>, <see cref="Consumers.ConsumerService"/>, <see cref="Routing.SubscriptionService"/>, <see cref="Journal.DispatchJournal"/>, the store's
    /// <see cref="IEventLog"/>, and <see cref="HubPipeline"/>, which starts and stops with the host. The memory store unless the builder is given
    /// another.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">How the hub runs; <c>null</c> for the defaults.</param>
    /// <exception cref="OptionsValidationException">An option breaks its rule: every one is named.</exception>
    public static EventHubBuilder AddEventHub(this IServiceCollection services, HubOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        options ??= new HubOptions();
        if (HubOptionsValidator.Validate(options) is { Count: > 0 } errors)
        {
            throw new OptionsValidationException(nameof(HubOptions), typeof(HubOptions), errors.Select(e => $"{e.Field} {e.Message}"));
        }

        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new WebhookNetworkOptions());
        services.TryAddSingleton<HubMetrics>();
        services.TryAddSingleton<IHubStore>(provider => new MemoryStore(provider.GetRequiredService<TimeProvider>(), SharedRandom));
        services.AddSingleton<HandlerRegistry>();
        services.AddSingleton<IDestinationClient, HandlerClient>();
        services.AddSingleton<IDestinationClient>(provider => new WebhookClient(
            provider.GetRequiredService<WebhookNetworkOptions>(), provider.GetService<ISecretProtector>(), SharedRandom, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new HubPipeline(
            provider.GetRequiredService<IHubStore>(),
            options,
            provider.GetServices<IDestinationClient>(),
            provider.GetRequiredService<HubMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            SharedRandom,
            provider.GetRequiredService<ILogger<HubPipeline>>()));
        services.AddSingleton(provider => provider.GetRequiredService<HubPipeline>().Publisher);
        services.AddSingleton(provider => provider.GetRequiredService<HubPipeline>().Streams);
        services.AddSingleton(provider => provider.GetRequiredService<HubPipeline>().Consumers);
        services.AddSingleton(provider => provider.GetRequiredService<HubPipeline>().Subscriptions);
        services.AddSingleton(provider => provider.GetRequiredService<HubPipeline>().Handlers);
        services.AddSingleton(provider => provider.GetRequiredService<HubPipeline>().Relay);
        services.AddSingleton(provider => provider.GetRequiredService<HubPipeline>().Journal);
        services.AddSingleton(provider => provider.GetRequiredService<IHubStore>().Log);
        services.AddHostedService<HubService>();
        return new EventHubBuilder(services);
    }

#pragma warning disable RS0030 // The one place that decides what the randomness is.
    private static Random SharedRandom => Random.Shared;
#pragma warning restore RS0030
}
