using EventHub.Events;

namespace EventHub.Delivery.Destinations.Handlers;

/// <summary>What a handler gets.</summary>
/// <param name="Event">The event.</param>
/// <param name="DispatchId">The same on every attempt: what to recognise a repetition by.</param>
/// <param name="Attempt">From 1.</param>
public sealed record HandlerContext(Event Event, string DispatchId, int Attempt);
