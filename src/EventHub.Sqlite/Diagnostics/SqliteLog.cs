using EventHub.Sqlite.Native;
using Microsoft.Extensions.Logging;

namespace EventHub.Sqlite.Diagnostics;

/// <summary>All log messages of the SQLite store; ids 2000 to 2099.</summary>
internal static partial class SqliteLog
{
    [LoggerMessage(2000, LogLevel.Information, "SQLite {Version} ({Origin} library), database {Path}, schema {Schema}, epoch {Epoch}, head {Head}")]
    public static partial void Opened(this ILogger logger, string version, string origin, string path, int schema, string epoch, long head);

    [LoggerMessage(2001, LogLevel.Information, "Migrated {Path} from schema {From} to {To}")]
    public static partial void Migrated(this ILogger logger, string path, int from, int to);

    [LoggerMessage(2002, LogLevel.Information, "SQLite store {Path} closed at head {Head}")]
    public static partial void Closed(this ILogger logger, string path, long head);

    [LoggerMessage(2003, LogLevel.Error, "No space left for {Path}: {Operations} writes refused")]
    public static partial void DiskFull(this ILogger logger, string path, int operations, Exception exception);

    [LoggerMessage(2004, LogLevel.Critical, "A commit to {Path} failed; the store writes nothing more until it is opened again")]
    public static partial void CommitFailed(this ILogger logger, string path, Exception exception);

    [LoggerMessage(2005, LogLevel.Warning, "A transaction of {Operations} writes to {Path} failed and was rolled back; each is tried by itself")]
    public static partial void TransactionFailed(this ILogger logger, int operations, string path, Exception exception);

    [LoggerMessage(2006, LogLevel.Error, "A write to {Path} failed and was rolled back")]
    public static partial void WriteFailed(this ILogger logger, string path, Exception exception);

    [LoggerMessage(2007, LogLevel.Warning, "The write-ahead log of {Path} could not be copied into the database now; it grows until that succeeds")]
    public static partial void CheckpointDelayed(this ILogger logger, string path, SqliteException exception);

    [LoggerMessage(2008, LogLevel.Critical, "The writer of {Path} stopped; the store writes nothing more until it is opened again")]
    public static partial void WriterFailed(this ILogger logger, string path, Exception exception);
}
