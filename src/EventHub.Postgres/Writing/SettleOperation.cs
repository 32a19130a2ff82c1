using EventHub.Storage;

namespace EventHub.Postgres.Writing;

/// <summary>One settlement. What can be refused without looking into the database is refused before it is queued.</summary>
internal sealed class SettleOperation : ResultOperation<bool>
{
    private const int RowBytes = 256;

    public SettleOperation(Settlement settlement)
    {
        Settlement = settlement;
        Rows = Math.Max(1, settlement.Results.Count + settlement.Attempts.Count + settlement.Exceptions.Count + settlement.Floors.Count);
        Bytes = (long)Rows * RowBytes;
        foreach (var result in settlement.Results) Bytes += (result.ResponseBody?.Length ?? 0) + (result.Error?.Length ?? 0);
        foreach (var attempt in settlement.Attempts) Bytes += (attempt.ResponseBody?.Length ?? 0) + (attempt.Error?.Length ?? 0);
    }

    public Settlement Settlement { get; }

    public override int Rows { get; }

    public override long Bytes { get; }

    /// <summary>Of one subscription only one per transaction: settlements of one are in order, and statements over many rows have none.</summary>
    public override bool CanJoin(IReadOnlyList<WriteOperation> taken)
    {
        foreach (var operation in taken)
        {
            if (((SettleOperation)operation).Settlement.SubscriptionKey == Settlement.SubscriptionKey) return false;
        }

        return true;
    }

    /// <exception cref="StorageException">It breaks a rule by itself.</exception>
    public void Check(long head)
    {
        var ended = new HashSet<DispatchKey>(Settlement.Results.Count);
        foreach (var result in Settlement.Results)
        {
            Check(result.Key, head);
            if (!ended.Add(result.Key)) throw Refused($"dispatch {result.Key} has two results");
        }

        foreach (var attempt in Settlement.Attempts) Check(attempt.Key, head);
        foreach (var exception in Settlement.Exceptions)
        {
            Check(exception.Key, head);
            if (ended.Contains(exception.Key)) throw Refused($"dispatch {exception.Key} has a result and cannot be held");
        }

        foreach (var floor in Settlement.Floors)
        {
            if (floor is { IsDone: true, Generation: 0 }) throw Refused("the main track is never done");
        }
    }

    private void Check(DispatchKey key, long head)
    {
        if (key.Subscription != Settlement.SubscriptionKey) throw Refused($"dispatch {key} is not of the subscription");
        if (key.Sequence < 1 || key.Sequence > head) throw Refused($"dispatch {key} is of an event that is not in the log");
    }

    private StorageException Refused(string why) =>
        new(StorageFailure.Refused, $"Settlement of subscription {Settlement.SubscriptionKey} refused: {why}. Nothing of it was stored.");
}
