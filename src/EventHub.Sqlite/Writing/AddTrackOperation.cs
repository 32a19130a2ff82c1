using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>Adds the track of a replay, one to each partition.</summary>
internal sealed class AddTrackOperation(int subscriptionKey, long floor, long until) : ResultOperation<Track?>
{
    public override void Execute(WriteTransaction transaction)
    {
        Result = null;
        if (TrackTable.NextGeneration(transaction.Connection, subscriptionKey) is not { } generation) return;
        var track = new Track(generation, floor, Math.Min(until, transaction.Head));
        LayoutTable.AddTracks(transaction.Connection, subscriptionKey, track.Generation, track.Floor, track.Until);
        transaction.Notify(observer => observer.Requeued(subscriptionKey));
        Result = track;
    }
}
