using Microsoft.Extensions.DependencyInjection;

namespace EventHub.Hosting;

/// <summary>Adds to a hub; what <see cref="EventHubServiceCollectionExtensions.AddEventHub"/> returns.</summary>
/// <param name="Services">The host's services.</param>
public sealed record EventHubBuilder(IServiceCollection Services);
