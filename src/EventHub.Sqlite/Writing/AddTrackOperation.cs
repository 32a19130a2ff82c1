using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>Adds the track of a replay.</summary>
internal sealed class AddTrackOperation(int subscriptionKey, long floor, long until) : ResultOperation<Track?>
{
    public override void Execute(WriteTransaction transaction)
    {
        Result = null;
        if (TrackTable.NextGeneration(transaction.Connection, subscriptionKey) is not { } generation) return;
        var track = new Track(generation, floor, Math.Min(until, transaction.Head));
        TrackTable.Insert(transaction.Connection, subscriptionKey, track);
        transaction.Notify(observer => observer.Requeued(subscriptionKey));
        Result = track;
    }
}
