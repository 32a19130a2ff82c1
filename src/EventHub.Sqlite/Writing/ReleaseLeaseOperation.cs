using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>Gives a lease back, if the token is the current one.</summary>
internal sealed class ReleaseLeaseOperation(Lease lease) : ResultOperation<bool>
{
    public override void Execute(WriteTransaction transaction)
    {
        LeaseTable.Release(transaction.Connection, lease);
        Result = true;
    }
}
