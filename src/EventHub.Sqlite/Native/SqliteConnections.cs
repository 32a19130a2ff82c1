namespace EventHub.Sqlite.Native;

/// <summary>Opens connections as the store needs them.</summary>
internal static class SqliteConnections
{
    /// <summary>How long a write waits for another program that has the file locked, such as the sqlite3 shell.</summary>
    public static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(5);

    private const long ReadCacheKibibytes = 8192;

    /// <summary>The write connection: durable on commit, checkpoints only when told to.</summary>
    public static SqliteConnection OpenWriter(string path, long cacheBytes)
    {
        var connection = SqliteConnection.Open(path, create: true);
        try
        {
            connection.SetBusyTimeout(BusyTimeout);
            connection.Execute($"PRAGMA page_size = 4096; PRAGMA temp_store = MEMORY; PRAGMA cache_size = {-(cacheBytes >> 10)}; PRAGMA trusted_schema = OFF");
            return connection;
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Turns write-ahead logging on; apart from opening, because it is the first thing that writes.</summary>
    public static void EnableWal(SqliteConnection connection)
    {
        var mode = connection.QueryText("PRAGMA journal_mode = WAL");
        if (mode != "wal") throw new SqliteException(SQLitePCL.raw.SQLITE_CANTOPEN, $"journal mode is '{mode}' where 'wal' was asked for");
        connection.Execute("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0");
    }

    /// <summary>A read connection: every read sees one committed state, nothing is ever written.</summary>
    public static SqliteConnection OpenReader(string path)
    {
        var connection = SqliteConnection.Open(path, create: false);
        try
        {
            connection.SetBusyTimeout(BusyTimeout);
            connection.Execute(
                $"PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = MEMORY; PRAGMA cache_size = {-ReadCacheKibibytes}; " +
                "PRAGMA trusted_schema = OFF");
            return connection;
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }
}
