using EventHub.Postgres.Connections;
using EventHub.Storage;

namespace EventHub.Postgres.Writing;

/// <summary>Adds the track of a replay, one to each partition.</summary>
internal sealed class AddTrackOperation(int subscriptionKey, long floor, long until) : OrderedOperation<Track?>
{
    // The row of the subscription is locked by now, so that its partitions stay as they are.
    private const string InsertSql =
        """
        INSERT INTO eventhub_data.tracks (subscription, generation, partition, floor, until)
        SELECT $1, $2, l.partition, $3, $4 FROM eventhub_data.leases l WHERE l.subscription = $1
        """;

    protected override async Task<Track?> RunAsync(OrderedTransaction transaction)
    {
        if (!await SubscriptionTable.ExistsAsync(transaction, subscriptionKey).ConfigureAwait(false)) return null;
        var generation = await SubscriptionTable.NextGenerationAsync(transaction, subscriptionKey).ConfigureAwait(false);
        var track = new Track(generation, floor, Math.Min(until, transaction.Head));
        await transaction.Command(InsertSql).With(subscriptionKey).With(track.Generation).With(track.Floor).With(track.Until)
            .RunAsync(CancellationToken.None).ConfigureAwait(false);
        return track;
    }
}
