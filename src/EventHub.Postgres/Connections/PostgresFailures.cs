using System.Net.Sockets;
using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres.Connections;

/// <summary>What PostgreSQL's errors mean to the hub: which <see cref="StorageFailure"/>, and a message that says what to do.</summary>
internal static class PostgresFailures
{
    /// <summary>Raised by <c>append</c>: a key is known, nothing was written.</summary>
    public const string KeyKnown = "EH001";

    /// <summary>Raised by <c>settle</c>: the settlement breaks a rule.</summary>
    public const string RuleBroken = "EH002";

    /// <summary>
    /// The server said no, and has rolled back. Anything else that fails once a statement was sent (the connection broke, the server went down)
    /// leaves open whether it was committed.
    /// </summary>
    public static bool IsRolledBack(Exception exception) => exception is PostgresException { InvariantSeverity: "ERROR" };

    /// <summary>A second result for one dispatch, or another broken rule: a bug in the caller.</summary>
    public static bool IsRefusal(Exception exception) => exception is PostgresException { SqlState: RuleBroken or PostgresErrorCodes.UniqueViolation };

    public static bool IsTrouble(Exception exception) => exception is NpgsqlException or TimeoutException or SocketException or IOException;

    /// <summary>For a failure after which nothing of the operation was kept, or that was none but a read.</summary>
    public static StorageException ToStorage(Exception exception, string database)
    {
        if (exception is not PostgresException failure)
        {
            return new StorageException(
                StorageFailure.Unavailable,
                $"{database} cannot be reached: {Innermost(exception)} Check that PostgreSQL runs there, and host, port and firewall. The hub tries again by itself.",
                exception);
        }

        var (kind, advice) = failure.SqlState switch
        {
            PostgresErrorCodes.DiskFull => (StorageFailure.DiskFull, $"No space left for {database}. Free space on its disk; the store goes on by itself."),
            PostgresErrorCodes.ReadOnlySqlTransaction =>
                (StorageFailure.ReadOnly, $"{database} takes no writes: it is a standby, or set to read only. Name the primary."),
            PostgresErrorCodes.InsufficientPrivilege =>
                (StorageFailure.ReadOnly, $"The user may not do this in {database}. Give it CREATE on the database, or make it owner of the schemas eventhub and eventhub_data."),
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                (StorageFailure.Unavailable, $"{database} refuses user or password. Check DB_USER and DB_PASSWORD, or the connection string."),
            PostgresErrorCodes.InvalidCatalogName => (StorageFailure.Unavailable, $"{database} does not exist. Create it, or set DB_NAME to one that does."),
            PostgresErrorCodes.TooManyConnections =>
                (StorageFailure.Unavailable, $"{database} has no connection left. Lower DB_MAX_CONNECTIONS of the hubs, or raise max_connections of the server."),
            PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown =>
                (StorageFailure.Unavailable, $"{database} is starting or stopping. The hub tries again by itself."),
            PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted =>
                (StorageFailure.Corrupt, $"{database} is damaged. Stop the hub, keep a copy of the server's data directory and restore a backup."),
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.InvalidSchemaName =>
                (StorageFailure.Corrupt, $"A part of EventHub's schema is missing in {database}. Restore it; the hub makes a new one only where there is none at all."),
            ['2', '2', ..] => (StorageFailure.Refused, "The request holds something that PostgreSQL cannot store."),
            _ => (StorageFailure.Unavailable, $"PostgreSQL failed on {database}."),
        };
        return new StorageException(kind, $"{advice} (PostgreSQL: {failure.MessageText}, {failure.SqlState})", exception);
    }

    public static StorageException OutcomeUnknown(Exception exception, string database) => new(
        StorageFailure.CommitFailed,
        $"The connection to {database} broke during a commit, so whether it was stored is unknown. Look before repeating it, or repeat it under the same idempotency key. " +
        $"({Innermost(exception)})",
        exception);

    public static StorageException Refused(Exception exception) => new(
        StorageFailure.Refused,
        $"The request breaks a rule of the store, and nothing of it was kept: {(exception as PostgresException)?.MessageText ?? exception.Message}.",
        exception);

    /// <summary>The same failure for one more caller: an exception is thrown to one only.</summary>
    public static StorageException Again(StorageException failure) => new(failure.Failure, failure.Message, failure.InnerException);

    public static StorageException Closed() => new(StorageFailure.Closed, "The PostgreSQL store is closing or closed.");

    public static StorageException NotOpen() => new(StorageFailure.Closed, "The PostgreSQL store has not been opened; call OpenAsync first.");

    private static string Innermost(Exception exception)
    {
        var message = exception.GetBaseException().Message.TrimEnd();
        return message.EndsWith('.') ? message : message + ".";
    }
}
