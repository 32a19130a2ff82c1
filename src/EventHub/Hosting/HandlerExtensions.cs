using EventHub.Delivery.Destinations.Handlers;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.Hosting;

/// <summary>Adds handlers that run in the hub's own process.</summary>
public static class HandlerExtensions
{
    /// <summary>
    /// Registers a handler under a name. Subscriptions with the destination <c>{ "type": "handler", "name": … }</c> deliver to it, under the same
    /// rules as any other destination.
    /// </summary>
    /// <param name="builder">The hub's builder.</param>
    /// <param name="name">The destination's name.</param>
    /// <param name="handler">Called for each attempt, concurrently.</param>
    public static EventHubBuilder AddHandler(this EventHubBuilder builder, string name, IEventHandler handler)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(new HandlerRegistration(name, handler));
        return builder;
    }
}
