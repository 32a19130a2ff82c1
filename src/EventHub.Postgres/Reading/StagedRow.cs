using EventHub.Events;
using EventHub.Postgres.Connections;
using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres.Reading;

/// <summary>A staged event.</summary>
/// <param name="Event">As it will stand in the log.</param>
/// <param name="Key">Its idempotency key.</param>
/// <param name="Hash">With a key: of its content.</param>
/// <param name="StagedAt">When it was published.</param>
internal sealed record StagedRow(Event Event, string? Key, byte[]? Hash, DateTimeOffset StagedAt)
{
    /// <summary>The columns <see cref="Read"/> expects, in its order.</summary>
    public const string Columns =
        "id, type, version, source, subject, organization_id, user_id, session_id, schema, entity, operation, trace_parent, metadata, payload, idempotency_key, content_hash, staged_at";

    public static StagedRow Read(NpgsqlDataReader row, OutboxMove move) => new(
        new Event
        {
            Id = row.GetGuid(0),
            Type = row.GetString(1),
            Version = row.GetString(2),
            Source = row.GetString(3),
            Subject = row.TextOrNull(4),
            OrganizationId = row.TextOrNull(5),
            UserId = row.TextOrNull(6),
            SessionId = row.TextOrNull(7),
            Schema = row.TextOrNull(8),
            Entity = row.TextOrNull(9),
            Operation = row.TextOrNull(10),
            TraceParent = row.TextOrNull(11),
            Metadata = row.IsDBNull(12) ? default(ReadOnlyMemory<byte>) : row.GetFieldValue<byte[]>(12),
            Payload = row.GetFieldValue<byte[]>(13),
            InstanceId = move.InstanceId,
            CreatedAt = move.Now,
        },
        row.TextOrNull(14),
        row.IsDBNull(15) ? null : row.GetFieldValue<byte[]>(15),
        row.Time(16));

    public AppendRequest ToRequest(OutboxMove move) => new()
    {
        Events = [Event],
        EventKeys = Key is null ? null : [new IdempotencyKey(Key, Hash, move.Now + move.KeyWindow)],
        Now = move.Now,
    };
}
