using EventHub.Postgres.Connections;
using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres.Reading;

/// <summary>Results, exceptions and attempts from rows.</summary>
internal static class DispatchRows
{
    /// <summary>The columns <see cref="ReadException"/> expects, in its order.</summary>
    public const string ExceptionColumns =
        "sequence, subscription, generation, state, lane, attempts, due_at, created_at, retry_limit, retry_delay_us, last_error";

    /// <summary>The columns <see cref="ReadRecord"/> expects, of results <c>d</c> and events <c>e</c>.</summary>
    public const string ResultColumns =
        "d.sequence, d.subscription, d.generation, e.id, e.type, d.attempts, coalesce(d.created_at, e.created_at), d.status, NULL::smallint, NULL::timestamptz, " +
        "d.resulted_at, d.duration_us, d.http_status, d.response_body, d.error, d.dead_letter";

    /// <summary>The columns <see cref="ReadRecord"/> expects, of exceptions <c>d</c> and events <c>e</c>.</summary>
    public const string HeldColumns =
        "d.sequence, d.subscription, d.generation, e.id, e.type, d.attempts, coalesce(d.created_at, e.created_at), 0::smallint, d.state, d.due_at, " +
        "NULL::timestamptz, 0::bigint, NULL::integer, NULL::text, d.last_error, false";

    private const string AttemptsSql =
        """
        SELECT sequence, subscription, generation, number, started_at, duration_us, outcome, http_status, response_body, error FROM eventhub_data.attempts
        WHERE sequence = $1 AND subscription = $2 AND generation = $3 ORDER BY number
        """;

    private const string RequeuedSql =
        $"""
        SELECT {ExceptionColumns} FROM eventhub_data.exceptions
        WHERE subscription = $1 AND (generation, sequence) > ($2, $3) AND state = 3 ORDER BY generation, sequence LIMIT $4
        """;

    public static Task<List<AttemptRecord>> ReadAttemptsAsync(NpgsqlConnection connection, DispatchKey key, CancellationToken cancellationToken) =>
        new NpgsqlCommand(AttemptsSql, connection).With(key.Sequence).With(key.Subscription).With(key.Generation).ListAsync(ReadAttempt, cancellationToken);

    public static Task<List<ExceptionRecord>> ReadRequeuedAsync(
        NpgsqlConnection connection, int subscription, int afterGeneration, long afterSequence, int limit, CancellationToken cancellationToken) =>
        new NpgsqlCommand(RequeuedSql, connection).With(subscription).With(afterGeneration).With(afterSequence).With(limit).ListAsync(ReadException, cancellationToken);

    public static ExceptionRecord ReadException(NpgsqlDataReader row) => new()
    {
        Key = Key(row),
        State = (ExceptionState)row.GetInt16(3),
        Lane = row.TextOrNull(4),
        Attempts = row.GetInt32(5),
        DueAt = row.Time(6),
        CreatedAt = row.TimeOrNull(7),
        RetryLimit = IntOrNull(row, 8),
        RetryDelay = row.IsDBNull(9) ? null : PgTime.Span(row.GetInt64(9)),
        LastError = row.TextOrNull(10),
    };

    public static DispatchRecord ReadRecord(NpgsqlDataReader row) => new()
    {
        Key = Key(row),
        EventId = row.GetGuid(3),
        EventType = row.Text(4),
        Attempts = row.GetInt32(5),
        CreatedAt = row.Time(6),
        Status = (DispatchStatus)row.GetInt16(7),
        State = row.IsDBNull(8) ? null : (ExceptionState)row.GetInt16(8),
        NextAttemptAt = row.TimeOrNull(9),
        ResultedAt = row.TimeOrNull(10),
        Duration = PgTime.Span(row.GetInt64(11)),
        HttpStatus = IntOrNull(row, 12),
        ResponseBody = row.TextOrNull(13),
        LastError = row.TextOrNull(14),
        IsDeadLetter = row.GetBoolean(15),
    };

    private static AttemptRecord ReadAttempt(NpgsqlDataReader row) => new()
    {
        Key = Key(row),
        Number = row.GetInt32(3),
        StartedAt = row.Time(4),
        Duration = PgTime.Span(row.GetInt64(5)),
        Outcome = row.Text(6),
        HttpStatus = IntOrNull(row, 7),
        ResponseBody = row.TextOrNull(8),
        Error = row.TextOrNull(9),
    };

    private static DispatchKey Key(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetInt32(1), row.GetInt32(2));

    private static int? IntOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);
}
