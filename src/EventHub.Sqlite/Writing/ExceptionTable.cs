using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>Writes dispatches held apart from the cursor.</summary>
internal static class ExceptionTable
{
    private const string SaveSql =
        """
        INSERT OR REPLACE INTO exceptions
          (subscription, sequence, generation, state, lane, attempts, due_at, created_at, retry_limit, retry_delay_us, last_error)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        """;

    private const string DeleteSql = "DELETE FROM exceptions WHERE subscription = ?1 AND sequence = ?2 AND generation = ?3";

    public static void Save(SqliteConnection connection, ExceptionRecord row)
    {
        using var save = connection.Use(SaveSql);
        save.Bind(1, row.Key.Subscription).Bind(2, row.Key.Sequence).Bind(3, row.Key.Generation).Bind(4, (long)row.State)
            .Bind(5, row.Lane).Bind(6, row.Attempts).Bind(7, Micros.FromUp(row.DueAt))
            .Bind(8, row.CreatedAt is { } created ? Micros.From(created) : null).Bind(9, (long?)row.RetryLimit)
            .Bind(10, row.RetryDelay is { } delay ? Micros.From(delay) : null).Bind(11, row.LastError).Run();
    }

    public static void Delete(SqliteConnection connection, DispatchKey key)
    {
        using var delete = connection.Use(DeleteSql);
        delete.Bind(1, key.Subscription).Bind(2, key.Sequence).Bind(3, key.Generation).Run();
    }
}
