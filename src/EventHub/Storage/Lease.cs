namespace EventHub.Storage;

/// <summary>The right to deliver for one subscription, for a time.</summary>
/// <param name="SubscriptionKey">Which subscription.</param>
/// <param name="Token">Fencing token: greater whenever the lease changes hands. What a <see cref="Settlement"/> must carry.</param>
public readonly record struct Lease(int SubscriptionKey, long Token);
