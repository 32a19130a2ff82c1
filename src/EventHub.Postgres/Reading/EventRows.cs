using EventHub.Events;
using EventHub.Postgres.Connections;
using Npgsql;

namespace EventHub.Postgres.Reading;

/// <summary>Events from rows.</summary>
internal static class EventRows
{
    /// <summary>The columns <see cref="Read"/> expects, in its order.</summary>
    public const string Columns =
        "e.sequence, e.id, e.created_at, e.type, e.version, e.source, e.organization_id, e.user_id, e.session_id, e.instance_id, " +
        "e.schema, e.entity, e.operation, e.trace_parent, e.subject, e.metadata, e.cloud_event, e.payload";

    private const string GetSql = $"SELECT {Columns} FROM eventhub_data.events e WHERE e.sequence = ANY ($1)";
    private const string FindSql = $"SELECT {Columns} FROM eventhub_data.events e WHERE e.id = $1 LIMIT 1";

    public static Event Read(NpgsqlDataReader row) => new Event
    {
        Id = row.GetGuid(1),
        CreatedAt = row.Time(2),
        Type = row.Text(3),
        Version = row.Text(4),
        Source = row.Text(5),
        OrganizationId = row.TextOrNull(6),
        UserId = row.TextOrNull(7),
        SessionId = row.TextOrNull(8),
        InstanceId = row.TextOrNull(9),
        Schema = row.TextOrNull(10),
        Entity = row.TextOrNull(11),
        Operation = row.TextOrNull(12),
        TraceParent = row.TextOrNull(13),
        Subject = row.TextOrNull(14),
        Metadata = Json(row, 15),
        CloudEvent = Json(row, 16),
        Payload = Json(row, 17),
    }.At(row.GetInt64(0));

    /// <summary>In the order asked; those that are not there are left out.</summary>
    public static async Task<IReadOnlyList<Event>> GetAsync(NpgsqlConnection connection, IReadOnlyList<long> sequences, CancellationToken cancellationToken)
    {
        var rows = await new NpgsqlCommand(GetSql, connection).With(sequences.Distinct().ToArray()).ListAsync(Read, cancellationToken).ConfigureAwait(false);
        var found = rows.ToDictionary(static e => e.Sequence);
        return [.. sequences.Where(found.ContainsKey).Select(sequence => found[sequence])];
    }

    public static Task<Event?> FindAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        new NpgsqlCommand(FindSql, connection).With(id).FirstAsync(Read, cancellationToken);

    private static ReadOnlyMemory<byte> Json(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? default(ReadOnlyMemory<byte>) : row.GetFieldValue<byte[]>(column);
}
