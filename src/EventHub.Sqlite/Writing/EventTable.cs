using EventHub.Events;
using EventHub.Sqlite.Native;

namespace EventHub.Sqlite.Writing;

/// <summary>Writes events.</summary>
internal static class EventTable
{
    private const string InsertSql =
        """
        INSERT INTO events (sequence, id, type, version, source, created_at, organization_id, user_id, session_id, instance_id,
          schema, entity, operation, trace_parent, subject, metadata, cloud_event, payload)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
        """;

    private const string ExistsSql = "SELECT 1 FROM events WHERE sequence = ?1";

    public static bool Exists(SqliteConnection connection, long sequence)
    {
        using var exists = connection.Use(ExistsSql);
        return exists.Bind(1, sequence).Step();
    }

    public static void Insert(SqliteConnection connection, Event row)
    {
        using var insert = connection.Use(InsertSql);
        insert.Bind(1, row.Sequence).Bind(2, row.Id).Bind(3, row.Type).Bind(4, row.Version).Bind(5, row.Source)
            .Bind(6, Micros.From(row.CreatedAt)).Bind(7, row.OrganizationId).Bind(8, row.UserId).Bind(9, row.SessionId)
            .Bind(10, row.InstanceId).Bind(11, row.Schema).Bind(12, row.Entity).Bind(13, row.Operation).Bind(14, row.TraceParent)
            .Bind(15, row.Subject).BindText(16, row.Metadata.Span).BindText(17, row.CloudEvent.Span).BindText(18, row.Payload.Span)
            .Run();
    }
}
