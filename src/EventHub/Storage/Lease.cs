namespace EventHub.Storage;

/// <summary>The right to deliver for one partition of a subscription, for a time.</summary>
/// <param name="SubscriptionKey">Which subscription.</param>
/// <param name="Token">Fencing token: greater whenever the lease changes hands. What a <see cref="Settlement"/> must carry.</param>
/// <param name="Partition">Which partition, from 0.</param>
/// <param name="Layout">The version of the subscription that its partitions were laid out by (see <see cref="SubscriptionChange.IsNewLayout"/>).</param>
public readonly record struct Lease(int SubscriptionKey, long Token, int Partition = 0, int Layout = 1);
