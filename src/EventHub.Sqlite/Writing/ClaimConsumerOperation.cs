using EventHub.Sqlite.Reading;
using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>Takes, renews or gives back the lease of a consumer.</summary>
internal sealed class ClaimConsumerOperation(string name, string holder, TimeSpan duration) : ResultOperation<ConsumerOutcome?>
{
    public override void Execute(WriteTransaction transaction)
    {
        Result = null;
        var now = transaction.Now;
        if (ConsumerRows.Find(transaction.Connection, name, now) is not { } found) return;
        var isHeld = found.Holder is not null && found.Holder != holder;
        if (!isHeld) ConsumerTable.Claim(transaction.Connection, name, holder, now + duration);
        Result = new ConsumerOutcome(isHeld ? ConsumerStatus.Held : ConsumerStatus.Done, ConsumerRows.Find(transaction.Connection, name, now)!);
    }
}
