using Npgsql;

namespace EventHub.Storage.Tests.Postgres;

/// <summary>What tests do to a database behind the store's back.</summary>
internal static class TestDatabase
{
    // Deleting from tables that are nearly empty is many times as fast as a new database.
    private const string EmptySql =
        """
        DELETE FROM eventhub_data.events; DELETE FROM eventhub_data.results; DELETE FROM eventhub_data.attempts; DELETE FROM eventhub_data.exceptions;
        DELETE FROM eventhub_data.tracks; DELETE FROM eventhub_data.leases; DELETE FROM eventhub_data.subscription_versions; DELETE FROM eventhub_data.subscriptions;
        DELETE FROM eventhub_data.idempotency; DELETE FROM eventhub_data.time_blocks; DELETE FROM eventhub_data.consumers; DELETE FROM eventhub_data.workers;
        DELETE FROM eventhub_data.rpc_served; DELETE FROM eventhub_data.rpc_nodes; DELETE FROM eventhub_data.rpc_clients; DELETE FROM eventhub_data.rpc_calls;
        DELETE FROM eventhub_data.rpc_answers; DELETE FROM eventhub_data.outbox;
        UPDATE eventhub_data.log SET head = 0, trimmed = 0, change = 0, epoch = substr(replace(gen_random_uuid()::text, '-', ''), 1, 8);
        """;

    /// <summary>As a new one, but for its partitions.</summary>
    public static Task EmptyAsync(string connectionString) => ExecuteAsync(connectionString, EmptySql);

    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<T> QueryAsync<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
