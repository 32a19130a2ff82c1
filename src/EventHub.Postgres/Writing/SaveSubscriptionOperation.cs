using System.Text;
using EventHub.Postgres.Connections;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Postgres.Writing;

/// <summary>Creates, changes or deletes a subscription at this place in the order of appends, as an edit of <c>eventhub.subscribers</c> does.</summary>
internal sealed class SaveSubscriptionOperation(SubscriptionChange change) : OrderedOperation<SubscriptionVersion?>
{
    private const string SaveSql = "SELECT key, effective_after FROM eventhub_data.save_subscription($1, $2, $3, $4, $5, $6, $7)";

    protected override async Task<SubscriptionVersion?> RunAsync(OrderedTransaction transaction)
    {
        var subscription = change.Subscription;
        var saved = await transaction.Command(SaveSql)
            .With(subscription.Id).With(change.ExpectedVersion).With(change.IsDelete).With(change.StartAfter)
            .With(Encoding.UTF8.GetString(subscription.ToStoredJson())).With(transaction.LeaseTime).With(change.IsNewLayout)
            .ListAsync(static row => (Key: row.GetInt32(0), EffectiveAfter: row.GetInt64(1)), CancellationToken.None).ConfigureAwait(false);
        if (saved.Count == 0) return null;

        var version = new SubscriptionVersion(saved[0].Key, change.ExpectedVersion + 1, saved[0].EffectiveAfter, change.IsDelete, subscription);
        transaction.NoteChange(observer => observer.SubscriptionChanged(version));
        return version;
    }
}
