using EventHub.Storage;
using SQLitePCL;

namespace EventHub.Sqlite.Native;

/// <summary>What SQLite's result codes mean to the hub: which <see cref="StorageFailure"/>, and a message that says what to do.</summary>
internal static class SqliteFailures
{
    public static bool IsDiskFull(SqliteException exception) => exception.Code == raw.SQLITE_FULL;

    /// <summary>Nobody's fault and nothing broken: somebody else holds a lock for the moment.</summary>
    public static bool IsBusy(SqliteException exception) => exception.Code is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    public static StorageException ToStorage(SqliteException exception, string path)
    {
        var (failure, advice) = exception.Code switch
        {
            raw.SQLITE_FULL => (StorageFailure.DiskFull, $"No space left for '{path}'. Free space on its disk; the store goes on by itself."),
            raw.SQLITE_READONLY => (StorageFailure.ReadOnly, $"'{path}' cannot be written. Check its permissions and that its disk is not mounted read-only."),
            raw.SQLITE_CANTOPEN => (StorageFailure.ReadOnly, $"'{path}' cannot be opened. Check that its directory exists, is a directory and can be written."),
            raw.SQLITE_PERM or raw.SQLITE_AUTH => (StorageFailure.ReadOnly, $"Access to '{path}' is denied. Check the permissions of the file and its directory."),
            raw.SQLITE_CORRUPT => (StorageFailure.Corrupt, $"'{path}' is damaged. Stop the hub, keep a copy of the directory and restore a backup."),
            raw.SQLITE_NOTADB => (StorageFailure.Corrupt, $"'{path}' is not a SQLite database. Name another data directory, or move the file away."),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED =>
                (StorageFailure.Unavailable, $"Another program holds '{path}' locked. Open it with 'sqlite3 -readonly' while the hub runs."),
            raw.SQLITE_CONSTRAINT => (StorageFailure.Refused, "The request breaks a rule of the store: what it adds is there already."),
            raw.SQLITE_IOERR => (StorageFailure.Unavailable, $"Reading or writing '{path}' failed. Check the disk and the system's log."),
            _ => (StorageFailure.Unavailable, $"SQLite failed on '{path}'."),
        };
        return new StorageException(failure, $"{advice} (SQLite: {exception.Message}, code {exception.ExtendedCode})", exception);
    }

    public static StorageException CommitFailed(Exception exception, string path) => new(
        StorageFailure.CommitFailed,
        $"A commit to '{path}' failed, so what is on disk is unknown; nothing more is written. Check the disk, then restart the hub. ({exception.Message})",
        exception);

    /// <summary>The same failure for one more caller: an exception is thrown to one only.</summary>
    public static StorageException Again(StorageException failure) => new(failure.Failure, failure.Message, failure.InnerException);

    public static StorageException Closed() => new(StorageFailure.Closed, "The SQLite store is closing or closed.");

    public static StorageException NotOpen() => new(StorageFailure.Closed, "The SQLite store has not been opened; call OpenAsync first.");
}
