using EventHub.Postgres.Connections;
using Npgsql;

namespace EventHub.Postgres.Writing;

/// <summary>Drops the oldest partition, all of which is behind the trim point to be. Returns how many events went; <c>null</c> when others use it now.</summary>
internal sealed class DropPartitionOperation(long first, long until) : OrderedOperation<long?>
{
    protected override async Task<long?> RunAsync(OrderedTransaction transaction)
    {
        await transaction.Connection.RunAsync("SAVEPOINT before_drop", CancellationToken.None).ConfigureAwait(false);
        try
        {
            var rows = await transaction.Command("SELECT eventhub_data.drop_partition($1)").With(first).ListAsync(static row => row.GetInt64(0), CancellationToken.None).ConfigureAwait(false);
            transaction.Trimmed = Math.Max(transaction.Trimmed, until - 1);
            return rows[0];
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            await transaction.Connection.RunAsync("ROLLBACK TO SAVEPOINT before_drop", CancellationToken.None).ConfigureAwait(false);
            return null;
        }
    }
}
