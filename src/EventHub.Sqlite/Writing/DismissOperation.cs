using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>Takes dispatches off the dead letter list.</summary>
internal sealed class DismissOperation(IReadOnlyList<DispatchKey> keys) : ResultOperation<int>
{
    public override int Rows => keys.Count;

    public override void Execute(WriteTransaction transaction)
    {
        Result = 0;
        foreach (var key in keys)
        {
            if (ResultTable.Dismiss(transaction.Connection, key)) Result++;
        }
    }
}
