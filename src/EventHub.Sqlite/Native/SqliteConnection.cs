using EventHub.Events;
using SQLitePCL;

namespace EventHub.Sqlite.Native;

/// <summary>One connection, used by one thread at a time. Keeps its prepared statements until it is closed.</summary>
internal sealed class SqliteConnection : IDisposable
{
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);
    private readonly sqlite3 _handle;

    private SqliteConnection(sqlite3 handle) => _handle = handle;

    /// <summary>Texts that come again and again in rows (types, sources), made into strings once.</summary>
    public TextCache Texts { get; } = new();

    /// <summary>Whether no transaction is open.</summary>
    public bool IsAutocommit => raw.sqlite3_get_autocommit(_handle) != 0;

    /// <summary>Rows the last INSERT, UPDATE or DELETE touched.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    /// <summary>Opens the file for reading and writing, creating it if asked.</summary>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public static SqliteConnection Open(string path, bool create)
    {
        _ = SqliteLibrary.Loaded;
        var flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX | (create ? raw.SQLITE_OPEN_CREATE : 0);
        var code = raw.sqlite3_open_v2(path, out var handle, flags, null!);
        if (code != raw.SQLITE_OK)
        {
            var message = handle is null || handle.IsInvalid ? raw.sqlite3_errstr(code).utf8_to_string() : raw.sqlite3_errmsg(handle).utf8_to_string();
            handle?.Dispose();
            throw new SqliteException(code, message);
        }

        _ = raw.sqlite3_extended_result_codes(handle, 1);
        _ = raw.sqlite3_db_config(handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _); // checkpoints are the writer's, at a time it chooses
        return new SqliteConnection(handle);
    }

    /// <summary>
    /// The prepared statement of this text; disposing it resets it and gives it back. One text is in use once at a time.
    /// </summary>
    public SqliteStatement Use(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle));
            _statements.Add(sql, statement = new SqliteStatement(this, handle));
        }

        statement.Begin();
        return statement;
    }

    /// <summary>Runs a statement that is not worth keeping, or several, ignoring rows.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    /// <summary>Runs a kept statement that takes no parameters.</summary>
    public void Run(string sql)
    {
        using var statement = Use(sql);
        statement.Run();
    }

    /// <summary>The first column of the first row as text; <c>null</c> when there is no row.</summary>
    public string? QueryText(string sql)
    {
        using var statement = Use(sql);
        return statement.Step() ? statement.Text(0) : null;
    }

    /// <summary>The first column of the first row; 0 when there is no row or it is NULL.</summary>
    public long QueryInt64(string sql)
    {
        using var statement = Use(sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    public void SetBusyTimeout(TimeSpan timeout) => Check(raw.sqlite3_busy_timeout(_handle, (int)timeout.TotalMilliseconds));

    /// <summary>Copies the WAL into the database file. Returns how many of its frames are still to be copied.</summary>
    public int Checkpoint(int mode)
    {
        Check(raw.sqlite3_wal_checkpoint_v2(_handle, "main", mode, out var frames, out var copied));
        return Math.Max(0, frames - copied);
    }

    /// <summary>Pages written since the last call: in WAL mode, frames added to the WAL.</summary>
    public int TakeWrittenPages()
    {
        const int CacheWrite = 9; // SQLITE_DBSTATUS_CACHE_WRITE
        Check(raw.sqlite3_db_status(_handle, CacheWrite, out var pages, out _, 1));
        return pages;
    }

    /// <summary>Makes every commit fail while <paramref name="veto"/> says so (tests).</summary>
    public void SetCommitVeto(Func<bool> veto) => raw.sqlite3_commit_hook(_handle, _ => veto() ? 1 : 0, this);

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Close();
        _statements.Clear();
        _handle.Dispose();
    }

    /// <summary>Throws when a call did not succeed.</summary>
    public void Check(int code)
    {
        if (code is raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE) return;
        throw new SqliteException(code, raw.sqlite3_errmsg(_handle).utf8_to_string());
    }
}
