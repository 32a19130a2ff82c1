namespace EventHub.Delivery.Destinations.Handlers;

/// <summary>
/// Handles events in the process that hosts the hub. Called at least once per event, from several threads, as the subscription's concurrency allows.
/// </summary>
public interface IEventHandler
{
    /// <summary>Handles one event. What it throws makes the attempt a failed one, which is repeated as the subscription says.</summary>
    /// <param name="context">The event, and which attempt it is.</param>
    /// <param name="cancellationToken">Cancelled at the subscription's timeout, and on shutdown.</param>
    ValueTask<HandlerResult> HandleAsync(HandlerContext context, CancellationToken cancellationToken);
}
