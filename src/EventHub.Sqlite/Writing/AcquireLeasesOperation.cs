using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>Replaces layouts nobody delivers by any more, renews what the owner holds, then takes free and expired leases while it holds fewer than the limit.</summary>
internal sealed class AcquireLeasesOperation(string owner, TimeSpan duration, int limit) : ResultOperation<IReadOnlyList<Lease>>
{
    public override void Execute(WriteTransaction transaction)
    {
        var now = transaction.Now;
        var expiresAt = now + duration;
        LayoutTable.ReplaceOutdated(transaction.Connection, now);
        LeaseTable.Renew(transaction.Connection, owner, now, expiresAt);
        var held = LeaseTable.Held(transaction.Connection, owner, now);
        if (held.Count < limit && LeaseTable.Take(transaction.Connection, owner, now, expiresAt, limit - held.Count) > 0)
        {
            held = LeaseTable.Held(transaction.Connection, owner, now);
        }

        Result = held;
    }
}
