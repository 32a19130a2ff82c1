namespace EventHub.Routing;

/// <summary>A handler in the process that hosts the hub, registered with <c>AddHandler</c>.</summary>
/// <param name="Name">The handler's name.</param>
public sealed record HandlerDestination(string Name) : Destination;
