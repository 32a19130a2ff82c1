using EventHub.Sqlite.Reading;
using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>Moves the cursor of a consumer, if nothing speaks against it.</summary>
internal sealed class MoveConsumerOperation(ConsumerMove move) : ResultOperation<ConsumerOutcome?>
{
    public override void Execute(WriteTransaction transaction)
    {
        Result = null;
        if (ConsumerRows.Find(transaction.Connection, move.Name, transaction.Now) is not { } found) return;
        var status = found.Holder is not null && found.Holder != move.Holder ? ConsumerStatus.Held
            : (move.IsForwardOnly && found.Cursor > move.To) || (move.From is { } from && from != found.Cursor) ? ConsumerStatus.Moved
            : ConsumerStatus.Done;
        if (status == ConsumerStatus.Done)
        {
            found = found with { Cursor = Math.Clamp(move.To, 0, transaction.Head) };
            ConsumerTable.Move(transaction.Connection, move.Name, found.Cursor);
        }

        Result = new ConsumerOutcome(status, found);
    }
}
