using EventHub.Routing;
using EventHub.Sqlite.Reading;
using EventHub.Sqlite.Writing;
using EventHub.Storage;

namespace EventHub.Sqlite;

/// <summary>Subscriptions, leases and the state of deliveries in SQLite.</summary>
internal sealed class SqliteDispatchStore(SqliteStore store) : IDispatchStore
{
    public ValueTask<SubscriptionVersion?> SaveSubscriptionAsync(SubscriptionChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        return store.Writer.SubmitAsync(new SaveSubscriptionOperation(change), cancellationToken);
    }

    public ValueTask<IReadOnlyList<SubscriptionVersion>> LoadSubscriptionsAsync(CancellationToken cancellationToken) =>
        store.Reads.ReadAsync<IReadOnlyList<SubscriptionVersion>>((connection, _) => SubscriptionRows.ReadVersions(connection), cancellationToken);

    public ValueTask<IReadOnlyList<Lease>> AcquireLeasesAsync(string owner, TimeSpan duration, int limit, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return store.Writer.SubmitAsync(new AcquireLeasesOperation(owner, duration, limit), cancellationToken);
    }

    public async ValueTask ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken) =>
        await store.Writer.SubmitAsync(new ReleaseLeaseOperation(lease), cancellationToken).ConfigureAwait(false);

    public ValueTask<DispatchState> LoadStateAsync(int subscriptionKey, int partition, CancellationToken cancellationToken) =>
        store.Reads.ReadAsync((connection, _) => DispatchStateReader.Read(connection, subscriptionKey, partition), cancellationToken);

    public ValueTask<IReadOnlyList<long>> ReadEndedAsync(int subscriptionKey, int generation, long after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return store.Reads.ReadAsync<IReadOnlyList<long>>(
            (connection, _) => DispatchStateReader.ReadEnded(connection, subscriptionKey, generation, after, limit), cancellationToken);
    }

    public ValueTask<bool> SettleAsync(Settlement settlement, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        return store.Writer.SubmitAsync(new SettleOperation(settlement), cancellationToken);
    }
}
