namespace EventHub.Storage;

/// <summary>The right to deliver for one partition of a subscription, for a time.</summary>
/// <param name="SubscriptionKey">Which subscription.</param>
/// <param name="Token">Fencing token: greater whenever the lease changes hands. What a <see cref="Settlement"/> must carry.</param>
/// <param name="Partition">Which partition, from 0.</param>
/// <param name="Layout">The version of the subscription that its partitions were laid out by (see <see cref="SubscriptionChange.IsNewLayout"/>).</param>
public readonly record struct Lease(int SubscriptionKey, long Token, int Partition = 0, int Layout = 1)
{
    /// <summary>
    /// How long after it ran out a lease is overdue, in a store that several processes share: longer than most turns of those that take leases take. What is overdue
    /// may be taken beyond the limit of <see cref="IDispatchStore.AcquireLeasesAsync"/>. 1 s.
    /// </summary>
    public static readonly TimeSpan OverdueAfter = TimeSpan.FromSeconds(1);
}
