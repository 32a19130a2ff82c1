using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>Writes the cursors of subscriptions, and hands out their generations.</summary>
internal static class TrackTable
{
    private const string AdvanceSql = "UPDATE tracks SET floor = ?3 WHERE subscription = ?1 AND generation = ?2 AND floor <= ?3 AND partition = ?4";
    private const string DeleteSql = "DELETE FROM tracks WHERE subscription = ?1 AND generation = ?2 AND floor <= ?3 AND partition = ?4";

    private const string NextGenerationSql =
        "UPDATE subscriptions SET next_generation = next_generation + 1 WHERE key = ?1 AND deleted = 0 RETURNING next_generation - 1";

    /// <summary>Moves a floor forward, or ends its track. False when there is no such track or the floor would go back.</summary>
    public static bool Advance(SqliteConnection connection, int subscription, int partition, TrackFloor floor)
    {
        using var advance = connection.Use(floor.IsDone && floor.Generation != 0 ? DeleteSql : AdvanceSql);
        return advance.Bind(1, subscription).Bind(2, floor.Generation).Bind(3, floor.Floor).Bind(4, partition).Run() > 0;
    }

    /// <summary>A generation not used before; <c>null</c> when there is no such subscription (any more).</summary>
    public static int? NextGeneration(SqliteConnection connection, int subscription)
    {
        using var next = connection.Use(NextGenerationSql);
        next.Bind(1, subscription);
        return next.Step() ? next.Int32(0) : null;
    }
}
