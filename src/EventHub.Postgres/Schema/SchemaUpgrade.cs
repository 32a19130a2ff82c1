using EventHub.Postgres.Connections;
using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres.Schema;

/// <summary>
/// Brings a database to the newest schema. Any number of processes may do so at once: each step takes an advisory lock of its transaction and looks
/// again which version it finds. A newer schema is refused before anything is written; a step that fails is rolled back, so that the database stays
/// at the last version that was complete.
/// </summary>
internal static class SchemaUpgrade
{
    /// <summary>"EvHb", of the lock that upgrades are made under.</summary>
    private const int LockKey = 0x45764862;

    private const string FindSql = "SELECT to_regclass('eventhub_data.migrations') IS NOT NULL";
    private const string VersionSql = "SELECT coalesce(max(version), 0) FROM eventhub_data.migrations";

    private const string BeginSql =
        """
        CREATE SCHEMA IF NOT EXISTS eventhub;
        CREATE SCHEMA IF NOT EXISTS eventhub_data;
        CREATE TABLE IF NOT EXISTS eventhub_data.migrations (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp());
        """;

    private static readonly Migration[] s_migrations =
    [
        new(1, Migration0001.Sql), new(2, Migration0002.Sql), new(3, Migration0003.Sql), new(4, Migration0004.Sql), new(5, Migration0005.Sql),
        new(6, Migration0006.Sql), new(7, Migration0007.Sql), new(8, Migration0008.Sql), new(9, Migration0009.Sql), new(10, Migration0010.Sql),
        new(11, Migration0011.Sql), new(12, Migration0012.Sql), new(13, Migration0013.Sql), new(14, Migration0014.Sql),
        new(15, Migration0015.Sql),
    ];

    public static int Newest => s_migrations[^1].Version;

    /// <summary>Version of the database's schema; 0 when it has none.</summary>
    public static async Task<int> FindVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await connection.ScalarAsync<bool>(FindSql, cancellationToken).ConfigureAwait(false)
            ? await connection.ScalarAsync<int>(VersionSql, cancellationToken).ConfigureAwait(false)
            : 0;

    /// <summary>Runs what is missing. Returns the version found.</summary>
    /// <exception cref="StorageException"><see cref="StorageFailure.NewerSchema"/>.</exception>
    public static async Task<int> RunAsync(NpgsqlConnection connection, string database, CancellationToken cancellationToken)
    {
        // Without rights to create anything a hub can still start on a schema that is up to date.
        var found = await FindVersionAsync(connection, cancellationToken).ConfigureAwait(false);
        if (found > Newest)
        {
            throw new StorageException(
                StorageFailure.NewerSchema,
                $"{database} has schema version {found}, written by a newer EventHub; this one knows versions up to {Newest}. " +
                "Start the newer version, or restore a backup made before the upgrade.");
        }

        foreach (var migration in s_migrations.Where(migration => migration.Version > found))
        {
            await ApplyAsync(connection, migration, cancellationToken).ConfigureAwait(false);
        }

        return found;
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({LockKey}, 1)", cancellationToken).ConfigureAwait(false);
            await connection.RunAsync(BeginSql, cancellationToken).ConfigureAwait(false);
            if (await connection.ScalarAsync<int>(VersionSql, cancellationToken).ConfigureAwait(false) < migration.Version)
            {
                await ExecuteAsync(connection, migration.Sql, cancellationToken).ConfigureAwait(false);
                await connection.RunAsync($"INSERT INTO eventhub_data.migrations (version) VALUES ({migration.Version})", cancellationToken).ConfigureAwait(false);
            }

            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Without a time limit: the first to come migrates, and the others wait for it.</summary>
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using (command.ConfigureAwait(false)) await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
