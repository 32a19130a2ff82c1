using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Reading;

/// <summary>Reads attempts and requeued exceptions.</summary>
internal static class JournalRows
{
    private const string AttemptsSql =
        $"SELECT {DispatchRows.AttemptColumns} FROM attempts WHERE sequence = ?1 AND subscription = ?2 AND generation = ?3 ORDER BY number";

    private const string RequeuedSql =
        $"""
        SELECT {DispatchRows.ExceptionColumns} FROM exceptions INDEXED BY exceptions_requeued
        WHERE subscription = ?1 AND (generation, sequence) > (?2, ?3) AND state = 3 ORDER BY generation, sequence LIMIT ?4
        """;

    public static List<AttemptRecord> ReadAttempts(SqliteConnection connection, DispatchKey key)
    {
        var attempts = new List<AttemptRecord>();
        using var rows = connection.Use(AttemptsSql);
        rows.Bind(1, key.Sequence).Bind(2, key.Subscription).Bind(3, key.Generation);
        while (rows.Step()) attempts.Add(DispatchRows.ReadAttempt(rows));
        return attempts;
    }

    public static List<ExceptionRecord> ReadRequeued(SqliteConnection connection, int subscription, int afterGeneration, long afterSequence, int limit)
    {
        var exceptions = new List<ExceptionRecord>();
        using var rows = connection.Use(RequeuedSql);
        rows.Bind(1, subscription).Bind(2, afterGeneration).Bind(3, afterSequence).Bind(4, limit);
        while (rows.Step()) exceptions.Add(DispatchRows.ReadException(rows));
        return exceptions;
    }
}
