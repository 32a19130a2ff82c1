using EventHub.Events;
using EventHub.Routing;

namespace EventHub.Journal;

/// <summary>A dispatch that was given up, with what is needed to understand and repair it.</summary>
/// <param name="Dispatch">The dispatch; its id is the dead letter's.</param>
/// <param name="Reason">Why it was given up.</param>
/// <param name="Event">The event.</param>
/// <param name="Subscription">The subscription as it stands now, or stood when it was deleted.</param>
/// <param name="Details">The attempts.</param>
public sealed record DeadLetter(DispatchInfo Dispatch, string Reason, Event Event, Subscription Subscription, DispatchDetails Details);
