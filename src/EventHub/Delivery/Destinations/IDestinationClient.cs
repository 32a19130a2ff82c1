using EventHub.Routing;

namespace EventHub.Delivery.Destinations;

/// <summary>Makes attempts at one kind of destination. The only way out of the hub.</summary>
public interface IDestinationClient
{
    /// <summary>The kind of destination it serves: a type derived from <see cref="Destination"/>.</summary>
    Type DestinationType { get; }

    /// <summary>
    /// Makes one attempt. Never throws but on cancellation: what goes wrong is the outcome. The caller cancels at the subscription's
    /// timeout, and on shutdown.
    /// </summary>
    ValueTask<AttemptOutcome> SendAsync(DeliveryRequest request, CancellationToken cancellationToken);
}
