using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Reading;

/// <summary>Results, exceptions and attempts from rows.</summary>
internal static class DispatchRows
{
    /// <summary>The columns <see cref="ReadException"/> expects, in its order.</summary>
    public const string ExceptionColumns =
        "sequence, subscription, generation, state, lane, attempts, due_at, created_at, retry_limit, retry_delay_us, last_error";

    /// <summary>The columns <see cref="ReadAttempt"/> expects, in its order.</summary>
    public const string AttemptColumns =
        "sequence, subscription, generation, number, started_at, duration_us, outcome, http_status, response_body, error";

    /// <summary>The columns <see cref="ReadResult"/> expects, of results <c>d</c> and events <c>e</c>.</summary>
    public const string ResultWithEventColumns =
        "d.sequence, d.subscription, d.generation, e.id, e.type, e.created_at, d.attempts, d.created_at, " +
        "d.status, d.resulted_at, d.duration_us, d.http_status, d.response_body, d.error, d.dead_letter";

    /// <summary>The columns <see cref="ReadHeld"/> expects, of exceptions <c>d</c> and events <c>e</c>.</summary>
    public const string ExceptionWithEventColumns =
        "d.sequence, d.subscription, d.generation, e.id, e.type, e.created_at, d.attempts, d.created_at, d.state, d.due_at, d.last_error";

    /// <summary>Column of the event's type in both forms.</summary>
    public const int EventTypeColumn = 4;

    public static DispatchKey Key(SqliteStatement row) => new(row.Int64(0), row.Int32(1), row.Int32(2));

    public static ExceptionRecord ReadException(SqliteStatement row) => new()
    {
        Key = Key(row),
        State = (ExceptionState)row.Int32(3),
        Lane = row.TextOrNull(4),
        Attempts = row.Int32(5),
        DueAt = Micros.Time(row.Int64(6)),
        CreatedAt = TimeOrNull(row, 7),
        RetryLimit = row.Int32OrNull(8),
        RetryDelay = row.Int64OrNull(9) is { } delay ? Micros.Span(delay) : null,
        LastError = row.TextOrNull(10),
    };

    public static AttemptRecord ReadAttempt(SqliteStatement row) => new()
    {
        Key = Key(row),
        Number = row.Int32(3),
        StartedAt = Micros.Time(row.Int64(4)),
        Duration = Micros.Span(row.Int64(5)),
        Outcome = row.CommonText(6),
        HttpStatus = row.Int32OrNull(7),
        ResponseBody = row.TextOrNull(8),
        Error = row.TextOrNull(9),
    };

    public static DispatchRecord ReadResult(SqliteStatement row) => new()
    {
        Key = Key(row),
        EventId = row.Guid(3),
        EventType = row.CommonText(4),
        Attempts = row.Int32(6),
        CreatedAt = TimeOrNull(row, 7) ?? Micros.Time(row.Int64(5)),
        Status = (DispatchStatus)row.Int32(8),
        ResultedAt = Micros.Time(row.Int64(9)),
        Duration = Micros.Span(row.Int64(10)),
        HttpStatus = row.Int32OrNull(11),
        ResponseBody = row.TextOrNull(12),
        LastError = row.TextOrNull(13),
        IsDeadLetter = row.Int64(14) != 0,
    };

    public static DispatchRecord ReadHeld(SqliteStatement row) => new()
    {
        Key = Key(row),
        EventId = row.Guid(3),
        EventType = row.CommonText(4),
        Attempts = row.Int32(6),
        CreatedAt = TimeOrNull(row, 7) ?? Micros.Time(row.Int64(5)),
        Status = DispatchStatus.Ongoing,
        State = (ExceptionState)row.Int32(8),
        NextAttemptAt = Micros.Time(row.Int64(9)),
        LastError = row.TextOrNull(10),
    };

    private static DateTimeOffset? TimeOrNull(SqliteStatement row, int column) =>
        row.Int64OrNull(column) is { } micros ? Micros.Time(micros) : null;
}
