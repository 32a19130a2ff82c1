namespace EventHub.Client.Events;

/// <summary>A subscription that was not active when an event came.</summary>
/// <param name="SubscriptionId">Its id.</param>
/// <param name="Subscription">Its name.</param>
public sealed record SkippedSubscription(string SubscriptionId, string Subscription);
