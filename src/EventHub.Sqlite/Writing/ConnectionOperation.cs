using EventHub.Sqlite.Native;

namespace EventHub.Sqlite.Writing;

/// <summary>Runs something on the write connection: how tests make it fail.</summary>
internal sealed class ConnectionOperation(Action<SqliteConnection> action) : ResultOperation<bool>
{
    public override void Execute(WriteTransaction transaction)
    {
        action(transaction.Connection);
        Result = true;
    }
}
