using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>Writes consumers.</summary>
internal static class ConsumerTable
{
    private const string CreateSql =
        "INSERT INTO consumers (name, events, start, cursor, created_at, updated_at, holder, held_until) VALUES (?1, ?2, ?3, ?4, ?5, ?5, NULL, 0)";

    private const string ChangeSql = "UPDATE consumers SET events = ?2, updated_at = ?3 WHERE name = ?1";
    private const string ClaimSql = "UPDATE consumers SET holder = ?2, held_until = ?3 WHERE name = ?1";
    private const string MoveSql = "UPDATE consumers SET cursor = ?2 WHERE name = ?1";
    private const string DeleteSql = "DELETE FROM consumers WHERE name = ?1";

    public static void Create(SqliteConnection connection, ConsumerChange change, long cursor)
    {
        using var create = connection.Use(CreateSql);
        create.Bind(1, change.Name).Bind(2, Patterns(change)).Bind(3, change.Start).Bind(4, cursor).Bind(5, Micros.From(change.Now)).Run();
    }

    public static void Change(SqliteConnection connection, ConsumerChange change)
    {
        using var update = connection.Use(ChangeSql);
        update.Bind(1, change.Name).Bind(2, Patterns(change)).Bind(3, Micros.From(change.Now)).Run();
    }

    public static void Claim(SqliteConnection connection, string name, string holder, DateTimeOffset until)
    {
        using var claim = connection.Use(ClaimSql);
        claim.Bind(1, name).Bind(2, holder).Bind(3, Micros.From(until)).Run();
    }

    public static void Move(SqliteConnection connection, string name, long cursor)
    {
        using var move = connection.Use(MoveSql);
        move.Bind(1, name).Bind(2, cursor).Run();
    }

    /// <summary>Whether there was one.</summary>
    public static bool Delete(SqliteConnection connection, string name)
    {
        using var delete = connection.Use(DeleteSql);
        return delete.Bind(1, name).Run() > 0;
    }

    private static string Patterns(ConsumerChange change) => string.Join('\n', change.Events);
}
