using EventHub.Delivery.Destinations;
using EventHub.Events;

namespace EventHub.Delivery;

/// <summary>An attempt that ended.</summary>
/// <param name="Dispatch">Of which dispatch.</param>
/// <param name="Event">The event; <c>null</c> when it could not be read.</param>
/// <param name="Outcome">How; <c>null</c> when it was stopped with the hub and says nothing of the destination.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Duration">How long it took.</param>
internal sealed record EndedAttempt(Dispatch Dispatch, Event? Event, AttemptOutcome? Outcome, DateTimeOffset StartedAt, TimeSpan Duration);
