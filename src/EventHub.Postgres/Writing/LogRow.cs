using EventHub.Postgres.Connections;
using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres.Writing;

/// <summary>The row that orders everything.</summary>
internal static class LogRow
{
    private const string ReadSql = "SELECT head, trimmed, change FROM eventhub_data.log";

    public static Task<LogView> ReadAsync(NpgsqlConnection connection) => ReadAsync(connection, ReadSql);

    /// <summary>Until the transaction ends nobody else appends or changes a subscription.</summary>
    public static Task<LogView> LockAsync(NpgsqlConnection connection) => ReadAsync(connection, ReadSql + " FOR NO KEY UPDATE");

    private static async Task<LogView> ReadAsync(NpgsqlConnection connection, string sql)
    {
        var view = await new NpgsqlCommand(sql, connection).FirstAsync(
            static row => new LogView(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), CancellationToken.None).ConfigureAwait(false);
        return view ?? throw new StorageException(StorageFailure.Corrupt, "The table eventhub_data.log has no row. Restore a backup of the database.");
    }
}
