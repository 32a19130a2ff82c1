using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Postgres.Writing;

/// <summary>Creates, changes or deletes a subscription at this place in the order of appends.</summary>
internal sealed class SaveSubscriptionOperation(SubscriptionChange change) : OrderedOperation<SubscriptionVersion?>
{
    protected override async Task<SubscriptionVersion?> RunAsync(OrderedTransaction transaction)
    {
        var id = change.Subscription.Id;
        var found = await SubscriptionTable.FindAsync(transaction, id).ConfigureAwait(false);
        var isNew = found is null && change is { ExpectedVersion: 0, IsDelete: false };
        if (!isNew && (found is null || found.Value.Version == 0 || found.Value.Version != change.ExpectedVersion)) return null;

        var effectiveAfter = isNew && change.StartAfter is { } start ? Math.Clamp(start, 0, transaction.Head) : transaction.Head;
        var key = found?.Key ?? await SubscriptionTable.CreateAsync(transaction, id, effectiveAfter).ConfigureAwait(false);
        var version = new SubscriptionVersion(key, change.ExpectedVersion + 1, effectiveAfter, change.IsDelete, change.Subscription);
        var number = await transaction.ChangeAsync(observer => observer.SubscriptionChanged(version)).ConfigureAwait(false);
        await SubscriptionTable.AddVersionAsync(transaction, version, number).ConfigureAwait(false);
        if (change.IsDelete) await SubscriptionTable.EndDeliveriesAsync(transaction, key).ConfigureAwait(false);
        return version;
    }
}
