using EventHub.Events;
using EventHub.Sqlite.Native;

namespace EventHub.Sqlite.Reading;

/// <summary>Events from rows.</summary>
internal static class EventRows
{
    /// <summary>The columns <see cref="Read"/> expects, in its order.</summary>
    public const string Columns =
        "sequence, id, type, version, source, created_at, organization_id, user_id, session_id, instance_id, " +
        "schema, entity, operation, trace_parent, subject, metadata, cloud_event, payload";

    private const string GetSql = $"SELECT {Columns} FROM events WHERE sequence = ?1";
    private const string FindSql = $"SELECT {Columns} FROM events WHERE id = ?1";

    public static Event Read(SqliteStatement row) => new Event
    {
        Id = row.Guid(1),
        Type = row.CommonText(2),
        Version = row.CommonText(3),
        Source = row.CommonText(4),
        CreatedAt = Micros.Time(row.Int64(5)),
        OrganizationId = row.CommonTextOrNull(6),
        UserId = row.CommonTextOrNull(7),
        SessionId = row.TextOrNull(8),
        InstanceId = row.CommonTextOrNull(9),
        Schema = row.CommonTextOrNull(10),
        Entity = row.CommonTextOrNull(11),
        Operation = row.CommonTextOrNull(12),
        TraceParent = row.TextOrNull(13),
        Subject = row.TextOrNull(14),
        Metadata = Bytes(row, 15),
        CloudEvent = Bytes(row, 16),
        Payload = Bytes(row, 17),
    }.At(row.Int64(0));

    public static Event? Get(SqliteConnection connection, long sequence)
    {
        using var get = connection.Use(GetSql);
        return get.Bind(1, sequence).Step() ? Read(get) : null;
    }

    public static Event? Find(SqliteConnection connection, Guid id)
    {
        using var find = connection.Use(FindSql);
        return find.Bind(1, id).Step() ? Read(find) : null;
    }

    private static ReadOnlyMemory<byte> Bytes(SqliteStatement row, int column)
    {
        var bytes = row.Bytes(column);
        return bytes.IsEmpty ? default(ReadOnlyMemory<byte>) : bytes.ToArray();
    }
}
