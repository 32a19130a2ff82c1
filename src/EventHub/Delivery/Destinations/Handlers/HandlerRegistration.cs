namespace EventHub.Delivery.Destinations.Handlers;

/// <summary>A handler under its name.</summary>
/// <param name="Name">What <see cref="Routing.HandlerDestination.Name"/> refers to; compared ordinally.</param>
/// <param name="Handler">The handler.</param>
public sealed record HandlerRegistration(string Name, IEventHandler Handler);
