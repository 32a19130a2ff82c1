using EventHub.Events;
using EventHub.Routing;

namespace EventHub.Delivery.Destinations;

/// <summary>One attempt to make.</summary>
/// <param name="Event">The event.</param>
/// <param name="Subscription">The subscription, newest version.</param>
/// <param name="DispatchId">The same on every attempt at the dispatch, and after a crash.</param>
/// <param name="Attempt">From 1.</param>
public sealed record DeliveryRequest(Event Event, Subscription Subscription, string DispatchId, int Attempt)
{
    /// <summary>
    /// To be asked last thing before the request goes out, after whatever had to be waited for, such as a connection: false when the lease ran out
    /// meanwhile and another process may be delivering. The attempt then ends with an <see cref="AttemptAbandonedException"/>. Default: always true.
    /// </summary>
    public Func<bool> MayStillSend { get; init; } = static () => true;
}
