using EventHub.Postgres.Connections;
using EventHub.Postgres.Diagnostics;
using EventHub.Postgres.Writing;
using Npgsql;

namespace EventHub.Postgres.Maintenance;

/// <summary>
/// One run of retention. Partitions that are written no more go as a whole, once all of one is to be trimmed: deleting their rows one by one before would
/// cost what partitions are there to save. Until then the trim point stays at their beginning. In the newest partition, and among what was kept
/// of dropped ones, events go row by row.
/// </summary>
internal sealed class Trimming(OpenStore store)
{
    private const string PartitionsSql = "SELECT first, until FROM eventhub_data.partitions ORDER BY first";

    /// <returns>How many events went.</returns>
    public async ValueTask<long> RunAsync(long upTo, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var partitions = await store.Database.UseAsync(
            (connection, token) => new NpgsqlCommand(PartitionsSql, connection).ListAsync(static row => (First: row.GetInt64(0), Until: row.GetInt64(1)), token),
            cancellationToken).ConfigureAwait(false);

        // 1 what was kept of dropped partitions, and is held by nobody any more
        var kept = partitions.Count == 0 ? 0 : partitions[0].First - 1;
        var removed = kept > 0 ? await TrimRowsAsync(0, Math.Min(kept, upTo), cancellationToken).ConfigureAwait(false) : 0;

        // 2 whole partitions; the one that is written to, row by row
        foreach (var (first, until) in partitions)
        {
            if (first > upTo) break;
            var isWritten = store.Told.Head < until - 1;
            if (isWritten)
            {
                removed += await TrimRowsAsync(first - 1, upTo, cancellationToken).ConfigureAwait(false);
                break;
            }

            if (until - 1 > upTo) break;
            var dropped = await store.Log.SubmitAsync(new DropPartitionOperation(first, until), cancellationToken).ConfigureAwait(false);
            if (dropped is null)
            {
                store.Context.Logger.PartitionBusy(first);
                break;
            }

            store.Context.Logger.PartitionDropped(first, until - 1, dropped.Value);
            removed += dropped.Value;
        }

        // 3 keys
        while (await store.Database.UseAsync((connection, token) => KeyTable.ExpireAsync(connection, now, token), cancellationToken).ConfigureAwait(false))
        {
        }

        return removed;
    }

    private async ValueTask<long> TrimRowsAsync(long after, long upTo, CancellationToken cancellationToken)
    {
        var removed = 0L;
        for (var step = new TrimStep(after, 0, false); !step.IsLast;)
        {
            step = await store.Log.SubmitAsync(new TrimRowsOperation(step.Through, upTo), cancellationToken).ConfigureAwait(false);
            removed += step.Removed;
        }

        return removed;
    }
}
