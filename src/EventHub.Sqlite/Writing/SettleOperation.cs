using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>
/// Commits a settlement under its fencing token. What the caller must not do (a second result, a floor going back) is found while
/// writing, and thrown: that is a bug there and may cost those who share the transaction a second run.
/// </summary>
internal sealed class SettleOperation : ResultOperation<bool>
{
    private const int RowBytes = 256;
    private readonly Settlement _settlement;

    public SettleOperation(Settlement settlement)
    {
        _settlement = settlement;
        Rows = Math.Max(1, settlement.Results.Count + settlement.Attempts.Count + settlement.Exceptions.Count + settlement.Floors.Count);
        Bytes = (long)Rows * RowBytes;
        foreach (var result in settlement.Results) Bytes += (result.ResponseBody?.Length ?? 0) + (result.Error?.Length ?? 0);
        foreach (var attempt in settlement.Attempts) Bytes += (attempt.ResponseBody?.Length ?? 0) + (attempt.Error?.Length ?? 0);
    }

    public override int Rows { get; }

    public override long Bytes { get; }

    public override void Execute(WriteTransaction transaction)
    {
        var connection = transaction.Connection;
        Result = LeaseTable.IsHeld(connection, new Lease(_settlement.SubscriptionKey, _settlement.LeaseToken, _settlement.Partition), transaction.Now);
        if (!Result) return;
        foreach (var result in _settlement.Results)
        {
            if (!Check(transaction, result.Key)) continue;
            if (result.EndsException) ExceptionTable.Delete(connection, result.Key);
            if (ResultTable.Exists(connection, result.Key, out _)) throw Refused($"dispatch {result.Key} has a result already");
            ResultTable.Insert(connection, result);
        }

        foreach (var attempt in _settlement.Attempts)
        {
            if (!Check(transaction, attempt.Key)) continue;
            ResultTable.SaveAttempt(connection, attempt);
        }

        foreach (var exception in _settlement.Exceptions)
        {
            if (!Check(transaction, exception.Key)) continue;
            if (ResultTable.Exists(connection, exception.Key, out _)) throw Refused($"dispatch {exception.Key} has a result and cannot be held");
            ExceptionTable.Save(connection, exception);
        }

        foreach (var floor in _settlement.Floors)
        {
            if (floor is { IsDone: true, Generation: 0 }) throw Refused("the main track is never done");
            if (!TrackTable.Advance(connection, _settlement.SubscriptionKey, _settlement.Partition, floor))
            {
                throw Refused($"track {floor.Generation} does not exist, or its floor would go back to {floor.Floor}");
            }
        }
    }

    /// <summary>False when retention has removed the event meanwhile: its journal has gone with it.</summary>
    private bool Check(WriteTransaction transaction, DispatchKey key)
    {
        if (key.Subscription != _settlement.SubscriptionKey) throw Refused($"dispatch {key} is not of subscription {_settlement.SubscriptionKey}");
        if (key.Sequence < 1 || key.Sequence > transaction.Head) throw Refused($"dispatch {key} is of an event that is not in the log");
        return key.Sequence > transaction.Trimmed || EventTable.Exists(transaction.Connection, key.Sequence);
    }

    private StorageException Refused(string why) =>
        new(StorageFailure.Refused, $"Settlement of subscription {_settlement.SubscriptionKey} refused: {why}. Nothing of it was stored.");
}
