using EventHub.Postgres.Connections;
using EventHub.Postgres.Diagnostics;
using EventHub.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EventHub.Postgres.Maintenance;

/// <summary>Makes the next partition when half of the newest is used up, beside the writer. Where it fails, the append that needs the partition makes it.</summary>
internal sealed class PartitionKeeper(HubDatabase database, long size, ILogger logger)
{
    private const string PrepareSql = "SELECT eventhub_data.prepare_partitions($1, $2)";
    private const string AdmitSql = "UPDATE eventhub_data.log SET partitioned = $1 WHERE partitioned < $1";
    private Task _work = Task.CompletedTask;

    /// <summary>Called by the log writer after each append.</summary>
    /// <param name="head">The newest event.</param>
    /// <param name="partitioned">Up to where (excluded) there are partitions.</param>
    public void Consider(long head, long partitioned)
    {
        if (partitioned - head > (size + 1) / 2 || !_work.IsCompleted) return;
        _work = Task.Run(() => TryPrepareAsync(head));
    }

    /// <summary>Completes when nothing is under way.</summary>
    public Task CloseAsync() => _work;

    /// <summary>Makes partitions so that a whole one is free.</summary>
    public async Task PrepareAsync(NpgsqlConnection connection, long head, CancellationToken cancellationToken)
    {
        // Two transactions: the first takes the partitions' lock, the second the log row, and append takes them the other way round.
        var rows = await new NpgsqlCommand(PrepareSql, connection).With(head + size + 1).With(size).ListAsync(static row => row.GetInt64(0), cancellationToken).ConfigureAwait(false);
        await new NpgsqlCommand(AdmitSql, connection).With(rows[0]).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task TryPrepareAsync(long head)
    {
        try
        {
            await database.UseAsync(
                async (connection, cancel) =>
                {
                    await PrepareAsync(connection, head, cancel).ConfigureAwait(false);
                    return true;
                },
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (StorageException exception)
        {
            logger.PartitionsDelayed(exception.Message);
        }
    }
}
