namespace EventHub.Sqlite.Writing;

/// <summary>Deletes a consumer.</summary>
internal sealed class DeleteConsumerOperation(string name) : ResultOperation<bool>
{
    public override void Execute(WriteTransaction transaction) => Result = ConsumerTable.Delete(transaction.Connection, name);
}
