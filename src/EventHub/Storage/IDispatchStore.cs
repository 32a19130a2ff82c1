using EventHub.Routing;

namespace EventHub.Storage;

/// <summary>Subscriptions with their versions, leases, and the state of deliveries.</summary>
public interface IDispatchStore
{
    /// <summary>
    /// Commits a change in order with appends: the new version is in effect for the events after
    /// <see cref="SubscriptionVersion.EffectiveAfter"/>, the head at the commit (for a new subscription <see cref="SubscriptionChange.StartAfter"/>,
    /// where given). Creates leases and main tracks of a new subscription, one per partition, with that floor. A deletion ends its exceptions as
    /// <see cref="DispatchStatus.Ignored"/> ("subscription deleted") and removes tracks and leases, in the same commit, so that a worker still
    /// running commits nothing more. Durable on return.
    /// </summary>
    /// <returns>The new version, or <c>null</c> when the stored version is not the expected one (or the id is taken).</returns>
    ValueTask<SubscriptionVersion?> SaveSubscriptionAsync(SubscriptionChange change, CancellationToken cancellationToken);

    /// <summary>All versions of all subscriptions, deleted ones included, ordered by key, then version.</summary>
    ValueTask<IReadOnlyList<SubscriptionVersion>> LoadSubscriptionsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Renews the leases the owner holds and takes free or expired ones of subscriptions that are not deleted, up to
    /// <paramref name="limit"/> in all; where the store is shared, also beyond it what ran out and nobody took for
    /// <see cref="Lease.OverdueAfter"/>, unless the limit is 0. Expiry is judged by the store's clock. A renewed lease keeps its token, a taken one gets a greater one.
    /// <para>Leases of a layout that is no longer wanted are renewed, never taken. When none of a subscription's is held any more, they are replaced first, in
    /// the same commit: by one per partition of the wanted layout, with greater tokens, and each of the subscription's tracks by one per
    /// partition, at the lowest floor the track had in any.</para>
    /// <para>Of the free ones those are taken first of whose subscription the owner has fewest.</para>
    /// </summary>
    /// <param name="owner">Who: unique to the process.</param>
    /// <param name="duration">Until when, from now by the store's clock.</param>
    /// <param name="limit">How many at most; from 0.</param>
    /// <param name="cancellationToken">Cancels before it is taken up.</param>
    /// <returns>All leases the owner holds now.</returns>
    ValueTask<IReadOnlyList<Lease>> AcquireLeasesAsync(string owner, TimeSpan duration, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Says that a worker is there until the duration has passed by the store's clock, or for zero that it goes, and counts those that are. A store that is not
    /// shared (<see cref="IHubStore.IsShared"/>) has one.
    /// </summary>
    /// <param name="owner">The worker, as in <see cref="AcquireLeasesAsync"/>.</param>
    /// <param name="duration">Until when, from now.</param>
    /// <param name="cancellationToken">Cancels before it is taken up.</param>
    /// <returns>How many workers are there now.</returns>
    ValueTask<int> CountWorkersAsync(string owner, TimeSpan duration, CancellationToken cancellationToken) => new(1);

    /// <summary>Gives back a lease, if the token is still the current one: another owner can take it at once.</summary>
    ValueTask ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken);

    /// <summary>Where a partition's deliveries stand. One consistent view.</summary>
    ValueTask<DispatchState> LoadStateAsync(int subscriptionKey, int partition, CancellationToken cancellationToken);

    /// <summary>Sequences, ascending, of the subscription's dispatches of a generation that have a result and lie after a sequence; those of all partitions.</summary>
    ValueTask<IReadOnlyList<long>> ReadEndedAsync(int subscriptionKey, int generation, long after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Commits a settlement atomically; durable on return. Returns false, and commits nothing, when the token is not the current one
    /// or the lease has expired by the store's clock.
    /// </summary>
    /// <exception cref="StorageException"><see cref="StorageFailure.Refused"/>: a dispatch in it has a result already, or a floor would go back.</exception>
    ValueTask<bool> SettleAsync(Settlement settlement, CancellationToken cancellationToken);
}
