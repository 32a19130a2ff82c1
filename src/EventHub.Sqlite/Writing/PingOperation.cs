namespace EventHub.Sqlite.Writing;

/// <summary>
/// Passes through the writer without changing anything. While the disk was last found full it tries a write that leaves everything as
/// it is, so that the store is found well again without anybody publishing.
/// </summary>
internal sealed class PingOperation(bool trySpace) : ResultOperation<bool>
{
    public override void Execute(WriteTransaction transaction)
    {
        if (trySpace) transaction.Connection.Run("UPDATE meta SET value = value WHERE name = 'trimmed'");
        Result = true;
    }
}
