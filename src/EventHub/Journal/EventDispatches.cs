using EventHub.Events;

namespace EventHub.Journal;

/// <summary>An event's dispatches.</summary>
/// <param name="Progress">What they amount to.</param>
/// <param name="Dispatches">By subscription, then generation.</param>
/// <param name="Skipped">Subscriptions the event would have gone to, had they been active.</param>
public sealed record EventDispatches(EventProgress Progress, IReadOnlyList<DispatchInfo> Dispatches, IReadOnlyList<SkippedSubscription> Skipped);
