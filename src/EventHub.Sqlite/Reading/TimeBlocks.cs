using EventHub.Sqlite.Native;
using EventHub.Sqlite.Writing;

namespace EventHub.Sqlite.Reading;

/// <summary>
/// Bounds of a time range in the log. Events are in order of commit, not of time, so a range of times is found by the earliest and
/// latest time of each complete block; the newest, incomplete block always counts as part of the range.
/// </summary>
internal static class TimeBlocks
{
    private const string FirstSql = "SELECT block FROM time_blocks WHERE block >= ?2 AND latest >= ?1 ORDER BY block LIMIT 1";
    private const string LastSql = "SELECT block FROM time_blocks WHERE earliest < ?1 ORDER BY block DESC LIMIT 1";
    private const string NewestSql = "SELECT block FROM time_blocks ORDER BY block DESC LIMIT 1";
    private const string TailSql = "SELECT 1 FROM events WHERE sequence >= ?1 AND created_at < ?2 LIMIT 1";
    private const string FirstEventSql =
        "SELECT sequence FROM events WHERE sequence >= ?1 AND sequence <= ?2 AND created_at >= ?3 ORDER BY sequence LIMIT 1";

    /// <summary>No event before this sequence was created at or after the time.</summary>
    public static long FirstSequence(SqliteConnection connection, long micros) =>
        (FirstBlock(connection, micros, 0) ?? IncompleteBlock(connection)) * BlockTable.Size;

    /// <summary>No event after this sequence was created before the time.</summary>
    public static long LastSequence(SqliteConnection connection, long micros)
    {
        var tail = IncompleteBlock(connection) * BlockTable.Size;
        using (var inTail = connection.Use(TailSql))
        {
            if (inTail.Bind(1, tail).Bind(2, micros).Step()) return long.MaxValue;
        }

        using var last = connection.Use(LastSql);
        return last.Bind(1, micros).Step() ? ((last.Int64(0) + 1) * BlockTable.Size) - 1 : 0;
    }

    /// <summary>The first event above the trim point created at or after the time.</summary>
    public static long? FindFirstEvent(SqliteConnection connection, long micros, long trimmed)
    {
        for (var from = 0L; FirstBlock(connection, micros, from) is { } block; from = block + 1)
        {
            if (FirstEvent(connection, block * BlockTable.Size, ((block + 1) * BlockTable.Size) - 1, micros, trimmed) is { } found) return found;
        }

        return FirstEvent(connection, IncompleteBlock(connection) * BlockTable.Size, long.MaxValue, micros, trimmed);
    }

    private static long? FirstEvent(SqliteConnection connection, long first, long last, long micros, long trimmed)
    {
        using var find = connection.Use(FirstEventSql);
        return find.Bind(1, Math.Max(first, trimmed + 1)).Bind(2, last).Bind(3, micros).Step() ? find.Int64(0) : null;
    }

    private static long? FirstBlock(SqliteConnection connection, long micros, long from)
    {
        using var first = connection.Use(FirstSql);
        return first.Bind(1, micros).Bind(2, from).Step() ? first.Int64(0) : null;
    }

    /// <summary>The block after the newest complete one; 0 when there is none.</summary>
    public static long IncompleteBlock(SqliteConnection connection)
    {
        using var newest = connection.Use(NewestSql);
        return newest.Step() ? newest.Int64(0) + 1 : 0;
    }
}
