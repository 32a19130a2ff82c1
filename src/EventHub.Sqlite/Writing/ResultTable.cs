using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>Writes results and attempts, and keeps the dead letter list, which is a mark on results.</summary>
internal static class ResultTable
{
    private const string InsertSql =
        """
        INSERT INTO results (sequence, subscription, generation, status, attempts, resulted_at, created_at, duration_us,
          http_status, response_body, error, dead_letter)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        """;

    private const string SaveAttemptSql =
        """
        INSERT OR REPLACE INTO attempts (sequence, subscription, generation, number, started_at, duration_us, outcome, http_status, response_body, error)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        """;

    private const string ExistsSql = "SELECT dead_letter FROM results WHERE sequence = ?1 AND subscription = ?2 AND generation = ?3";

    private const string DismissSql =
        "UPDATE results SET dead_letter = 0 WHERE sequence = ?1 AND subscription = ?2 AND generation = ?3 AND dead_letter = 1";

    /// <summary>Fails on a second result for one dispatch: the key is the table's.</summary>
    public static void Insert(SqliteConnection connection, DispatchResult row)
    {
        using var insert = connection.Use(InsertSql);
        BindKey(insert, row.Key).Bind(4, (long)row.Status).Bind(5, row.Attempts).Bind(6, Micros.From(row.ResultedAt))
            .Bind(7, row.CreatedAt is { } created ? Micros.From(created) : null).Bind(8, Micros.From(row.Duration))
            .Bind(9, (long?)row.HttpStatus).Bind(10, row.ResponseBody).Bind(11, row.Error).Bind(12, row.IsDeadLetter).Run();
    }

    public static void SaveAttempt(SqliteConnection connection, AttemptRecord row)
    {
        using var save = connection.Use(SaveAttemptSql);
        BindKey(save, row.Key).Bind(4, row.Number).Bind(5, Micros.From(row.StartedAt)).Bind(6, Micros.From(row.Duration))
            .Bind(7, row.Outcome).Bind(8, (long?)row.HttpStatus).Bind(9, row.ResponseBody).Bind(10, row.Error).Run();
    }

    /// <summary>Whether the dispatch has a result.</summary>
    public static bool Exists(SqliteConnection connection, DispatchKey key, out bool isDeadLetter)
    {
        using var exists = connection.Use(ExistsSql);
        BindKey(exists, key);
        var found = exists.Step();
        isDeadLetter = found && exists.Int64(0) != 0;
        return found;
    }

    /// <summary>Takes it off the dead letter list; false when it is not on it.</summary>
    public static bool Dismiss(SqliteConnection connection, DispatchKey key)
    {
        using var dismiss = connection.Use(DismissSql);
        return BindKey(dismiss, key).Run() > 0;
    }

    private static SqliteStatement BindKey(SqliteStatement statement, DispatchKey key) =>
        statement.Bind(1, key.Sequence).Bind(2, key.Subscription).Bind(3, key.Generation);
}
