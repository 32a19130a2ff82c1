using EventHub.Client.Journal;

namespace EventHub.Client.Events;

/// <summary>An event and what became of it.</summary>
/// <param name="Event">The event.</param>
/// <param name="Dispatches">One for each subscription it went to.</param>
/// <param name="Skipped">Subscriptions that were not active when it came.</param>
public sealed record EventDetails(HubEvent Event, IReadOnlyList<Dispatch> Dispatches, IReadOnlyList<SkippedSubscription> Skipped);
