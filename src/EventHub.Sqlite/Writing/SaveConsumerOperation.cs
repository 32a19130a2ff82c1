using EventHub.Sqlite.Reading;
using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>Creates or changes a consumer.</summary>
internal sealed class SaveConsumerOperation(ConsumerChange change) : ResultOperation<(ConsumerRecord Consumer, bool IsNew)>
{
    public override void Execute(WriteTransaction transaction)
    {
        var isNew = ConsumerRows.Find(transaction.Connection, change.Name, transaction.Now) is null;
        if (isNew) ConsumerTable.Create(transaction.Connection, change, Math.Clamp(change.StartAfter ?? transaction.Head, 0, transaction.Head));
        else ConsumerTable.Change(transaction.Connection, change);
        Result = (ConsumerRows.Find(transaction.Connection, change.Name, transaction.Now)!, isNew);
    }
}
