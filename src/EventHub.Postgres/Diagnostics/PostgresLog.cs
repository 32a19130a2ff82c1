using Microsoft.Extensions.Logging;

namespace EventHub.Postgres.Diagnostics;

/// <summary>All log messages of the PostgreSQL store; ids 2100 to 2199.</summary>
internal static partial class PostgresLog
{
    [LoggerMessage(2100, LogLevel.Information, "PostgreSQL {Version}, {Database}, schema {Schema}, epoch {Epoch}, head {Head}, at most {Connections} connections")]
    public static partial void Opened(this ILogger logger, string version, string database, int schema, string epoch, long head, int connections);

    [LoggerMessage(2101, LogLevel.Information, "Migrated {Database} from schema {From} to {To}")]
    public static partial void Migrated(this ILogger logger, string database, int from, int to);

    [LoggerMessage(2102, LogLevel.Information, "PostgreSQL store closed at head {Head}")]
    public static partial void Closed(this ILogger logger, long head);

    [LoggerMessage(2103, LogLevel.Warning, "The {Connection} lost its connection: {Reason}")]
    public static partial void Disconnected(this ILogger logger, string connection, string reason);

    [LoggerMessage(2104, LogLevel.Information, "The {Connection} is connected to {Database} again")]
    public static partial void Reconnected(this ILogger logger, string connection, string database);

    [LoggerMessage(2105, LogLevel.Error, "Whether {Operations} writes were committed is unknown: the connection broke meanwhile")]
    public static partial void OutcomeUnknown(this ILogger logger, int operations, Exception exception);

    [LoggerMessage(2106, LogLevel.Warning, "A transaction of {Operations} writes failed and was rolled back; each is tried by itself")]
    public static partial void TransactionFailed(this ILogger logger, int operations, Exception exception);

    [LoggerMessage(2107, LogLevel.Error, "A write failed and was rolled back")]
    public static partial void WriteFailed(this ILogger logger, Exception exception);

    [LoggerMessage(2108, LogLevel.Error, "The {Writer} failed in a way that is not the database's; what it was writing is told as unknown, and it goes on")]
    public static partial void WriterFailed(this ILogger logger, string writer, Exception exception);

    [LoggerMessage(2109, LogLevel.Warning, "Partitions of the log could not be prepared ahead of need; the append that needs one makes it: {Reason}")]
    public static partial void PartitionsDelayed(this ILogger logger, string reason);

    [LoggerMessage(2110, LogLevel.Information, "Dropped the partition of events {First} to {Last}: {Removed} events")]
    public static partial void PartitionDropped(this ILogger logger, long first, long last, long removed);

    [LoggerMessage(2111, LogLevel.Warning, "The partition of events from {First} is not dropped now, others use it; the next turn of retention tries again")]
    public static partial void PartitionBusy(this ILogger logger, long first);
}
