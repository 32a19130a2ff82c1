namespace EventHub.Sqlite.Writing;

/// <summary>Passes through the writer without changing anything.</summary>
internal sealed class PingOperation : ResultOperation<bool>
{
    public override void Execute(WriteTransaction transaction) => Result = true;
}
