using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Reading;

/// <summary>Reads consumers, as they stand by the clock: a lease that expired is nobody's.</summary>
internal static class ConsumerRows
{
    private const string Columns = "name, events, start, cursor, created_at, updated_at, holder, held_until";
    private const string FindSql = $"SELECT {Columns} FROM consumers WHERE name = ?1";
    private const string ListSql = $"SELECT {Columns} FROM consumers ORDER BY name";

    public static ConsumerRecord? Find(SqliteConnection connection, string name, DateTimeOffset now)
    {
        using var rows = connection.Use(FindSql);
        rows.Bind(1, name);
        return rows.Step() ? Read(rows, now) : null;
    }

    public static List<ConsumerRecord> List(SqliteConnection connection, DateTimeOffset now)
    {
        var consumers = new List<ConsumerRecord>();
        using var rows = connection.Use(ListSql);
        while (rows.Step()) consumers.Add(Read(rows, now));
        return consumers;
    }

    private static ConsumerRecord Read(SqliteStatement rows, DateTimeOffset now)
    {
        var isHeld = !rows.IsNull(6) && rows.Int64(7) > Micros.From(now);
        return new ConsumerRecord
        {
            Name = rows.Text(0), Events = rows.Text(1).Split('\n'), Start = rows.Text(2), Cursor = rows.Int64(3),
            CreatedAt = Micros.Time(rows.Int64(4)), UpdatedAt = Micros.Time(rows.Int64(5)),
            Holder = isHeld ? rows.Text(6) : null, HeldUntil = isHeld ? Micros.Time(rows.Int64(7)) : null,
        };
    }
}
