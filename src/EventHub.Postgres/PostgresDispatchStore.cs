using EventHub.Postgres.Reading;
using EventHub.Postgres.Writing;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Postgres;

/// <summary>Subscriptions, leases and the state of deliveries in PostgreSQL.</summary>
internal sealed class PostgresDispatchStore(PostgresStore store) : IDispatchStore
{
    public ValueTask<SubscriptionVersion?> SaveSubscriptionAsync(SubscriptionChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        return store.Open.Log.SubmitAsync(new SaveSubscriptionOperation(change), cancellationToken);
    }

    public ValueTask<IReadOnlyList<SubscriptionVersion>> LoadSubscriptionsAsync(CancellationToken cancellationToken) =>
        store.Open.Database.UseAsync<IReadOnlyList<SubscriptionVersion>>(
            async (connection, token) => await SubscriptionRows.ReadVersionsAsync(connection, token).ConfigureAwait(false), cancellationToken);

    public ValueTask<IReadOnlyList<Lease>> AcquireLeasesAsync(string owner, TimeSpan duration, int limit, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return store.Open.Database.WriteAsync(
            (connection, token) => LeaseTable.AcquireAsync(connection, owner, store.Open.Context.LeaseTime, duration, limit, token), cancellationToken);
    }

    public ValueTask<int> CountWorkersAsync(string owner, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        return store.Open.Database.WriteAsync(
            (connection, token) => WorkerTable.CountAsync(connection, owner, store.Open.Context.LeaseTime, duration, token), cancellationToken);
    }

    public async ValueTask ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken) => await store.Open.Database.WriteAsync(
        async (connection, token) =>
        {
            await LeaseTable.ReleaseAsync(connection, lease, token).ConfigureAwait(false);
            return true;
        },
        cancellationToken).ConfigureAwait(false);

    public ValueTask<DispatchState> LoadStateAsync(int subscriptionKey, int partition, CancellationToken cancellationToken) =>
        store.Open.Database.UseAsync((connection, token) => DispatchStateReader.ReadAsync(connection, subscriptionKey, partition, token), cancellationToken);

    public ValueTask<IReadOnlyList<long>> ReadEndedAsync(int subscriptionKey, int generation, long after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return store.Open.Database.UseAsync<IReadOnlyList<long>>(
            async (connection, token) => await DispatchStateReader.ReadEndedAsync(connection, subscriptionKey, generation, after, limit, token).ConfigureAwait(false),
            cancellationToken);
    }

    public ValueTask<bool> SettleAsync(Settlement settlement, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        return store.Open.Settlements.SubmitAsync(new SettleOperation(settlement), cancellationToken);
    }
}
