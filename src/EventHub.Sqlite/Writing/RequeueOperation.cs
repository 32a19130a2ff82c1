using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>Makes new dispatches of ended ones, all in one new generation.</summary>
internal sealed class RequeueOperation(RequeueRequest request) : ResultOperation<IReadOnlyList<DispatchKey>>
{
    public override int Rows => request.Keys.Count;

    public override void Execute(WriteTransaction transaction)
    {
        Result = [];
        var connection = transaction.Connection;

        // 1 choose
        var chosen = request.Keys.Where(key => CanRequeue(connection, key)).ToList();
        if (chosen.Count == 0 || TrackTable.NextGeneration(connection, request.SubscriptionKey) is not { } generation) return;

        // 2 write: one new dispatch per event
        var requeued = new List<DispatchKey>(chosen.Count);
        var sequences = new HashSet<long>();
        foreach (var key in chosen)
        {
            ResultTable.Dismiss(connection, key);
            if (!sequences.Add(key.Sequence)) continue;
            var next = key with { Generation = generation };
            requeued.Add(next);
            ExceptionTable.Save(connection, new ExceptionRecord
            {
                Key = next, State = ExceptionState.Requeued, DueAt = request.DueAt, CreatedAt = request.Now,
                RetryLimit = request.RetryLimit, RetryDelay = request.RetryDelay,
            });
        }

        transaction.Notify(observer => observer.Requeued(request.SubscriptionKey));
        Result = requeued;
    }

    private bool CanRequeue(SqliteConnection connection, DispatchKey key) =>
        key.Subscription == request.SubscriptionKey
        && ResultTable.Exists(connection, key, out var isDeadLetter)
        && (isDeadLetter || !request.OnlyDeadLetters)
        && EventTable.Exists(connection, key.Sequence);
}
