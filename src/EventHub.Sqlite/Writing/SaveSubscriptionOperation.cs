using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>Creates, changes or deletes a subscription at this place in the order of appends.</summary>
internal sealed class SaveSubscriptionOperation(SubscriptionChange change) : ResultOperation<SubscriptionVersion?>
{
    public override void Execute(WriteTransaction transaction)
    {
        Result = null;
        var connection = transaction.Connection;
        var found = SubscriptionTable.Find(connection, change.Subscription.Id);
        var isNew = found is null && change is { ExpectedVersion: 0, IsDelete: false };
        if (!isNew && (found is null || found.Value.Version == 0 || found.Value.Version != change.ExpectedVersion)) return;

        var effectiveAfter = isNew && change.StartAfter is { } start ? Math.Clamp(start, 0, transaction.Head) : transaction.Head;
        var partitions = change.Subscription.Delivery.Partitions;
        var key = found?.Key ?? SubscriptionTable.Create(connection, change.Subscription.Id, partitions);
        var version = new SubscriptionVersion(key, change.ExpectedVersion + 1, effectiveAfter, change.IsDelete, change.Subscription);
        SubscriptionTable.AddVersion(connection, version);
        if (isNew) LayoutTable.Create(connection, key, effectiveAfter);
        else if (change.IsNewLayout) SubscriptionTable.WantLayout(connection, key, partitions);
        if (change.IsDelete) SubscriptionTable.EndDeliveries(connection, key, transaction.Now);
        transaction.Notify(observer => observer.SubscriptionChanged(version));
        Result = version;
    }
}
