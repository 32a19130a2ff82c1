using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Schema;

/// <summary>
/// Brings a database file to the newest schema. A newer or foreign file is refused before anything is written; a step that fails is
/// rolled back, so that the file stays at the last version that was complete.
/// </summary>
internal static class SchemaUpgrade
{
    /// <summary>"EvHb": says in the file's header whose it is.</summary>
    private const long ApplicationId = 0x45764862;

    private static readonly Migration[] s_migrations = 
    [
        new(1, static connection => connection.Execute(Migration0001.Sql)),
        new(2, static connection => connection.Execute(Migration0002.Sql)),
        new(3, Migration0003.Run),
        new(4, static connection => connection.Execute(Migration0004.Sql)),
    ];

    public static int Newest => s_migrations[^1].Version;

    /// <exception cref="StorageException"><see cref="StorageFailure.NewerSchema"/>, or <see cref="StorageFailure.Corrupt"/> for another program's file.</exception>
    public static void CheckVersion(SqliteConnection connection, string path)
    {
        var version = connection.QueryInt64("PRAGMA user_version");
        var application = connection.QueryInt64("PRAGMA application_id");
        var isEmpty = connection.QueryInt64("SELECT count(*) FROM sqlite_master") == 0;
        if (application != ApplicationId && !(isEmpty && application == 0))
        {
            throw new StorageException(StorageFailure.Corrupt, $"'{path}' belongs to another program. Name another data directory.");
        }

        if (version > Newest)
        {
            throw new StorageException(
                StorageFailure.NewerSchema,
                $"'{path}' has schema version {version}, written by a newer EventHub; this one knows versions up to {Newest}. " +
                "Start the newer version, or restore a backup made before the upgrade.");
        }
    }

    /// <summary>Runs what is missing. Returns the version found.</summary>
    public static int Run(SqliteConnection connection)
    {
        var found = (int)connection.QueryInt64("PRAGMA user_version");
        foreach (var migration in s_migrations.Where(migration => migration.Version > found))
        {
            connection.Execute("BEGIN IMMEDIATE");
            try
            {
                migration.Run(connection);
                connection.Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {migration.Version}; COMMIT");
            }
            catch (SqliteException)
            {
                if (!connection.IsAutocommit) connection.Execute("ROLLBACK");
                throw;
            }
        }

        return found;
    }
}
