namespace EventHub.Journal;

/// <summary>A subscription that was not active when the event was appended; a replay can deliver it.</summary>
/// <param name="SubscriptionId">The subscription's id.</param>
/// <param name="Subscription">Its name.</param>
public sealed record SkippedSubscription(string SubscriptionId, string Subscription);
