using EventHub.Postgres.Connections;
using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres.Reading;

/// <summary>Reads consumers, as they stand by the clock: a lease that expired is nobody's. The statements take the clock as <c>$1</c>; null is the database's.</summary>
internal static class ConsumerRows
{
    /// <summary>The columns <see cref="Read"/> expects, in its order; of <c>consumers c</c>.</summary>
    public const string Columns =
        "c.name, c.events, c.start, c.cursor, c.created_at, c.updated_at, " +
        "CASE WHEN c.held_until > coalesce($1, clock_timestamp()) THEN c.holder END, CASE WHEN c.held_until > coalesce($1, clock_timestamp()) THEN c.held_until END";

    private const string FindSql = $"SELECT {Columns} FROM eventhub_data.consumers c WHERE c.name = $2";
    private const string ListSql = $"SELECT {Columns} FROM eventhub_data.consumers c";

    public static Task<ConsumerRecord?> FindAsync(
        NpgsqlConnection connection, string name, DateTimeOffset? now, bool isLocked, CancellationToken cancellationToken) =>
        new NpgsqlCommand(isLocked ? FindSql + " FOR NO KEY UPDATE" : FindSql, connection).With(now).With(name).FirstAsync(Read, cancellationToken);

    public static async Task<IReadOnlyList<ConsumerRecord>> ListAsync(NpgsqlConnection connection, DateTimeOffset? now, CancellationToken cancellationToken)
    {
        var consumers = await new NpgsqlCommand(ListSql, connection).With(now).ListAsync(Read, cancellationToken).ConfigureAwait(false);
        consumers.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return consumers;
    }

    private static ConsumerRecord Read(NpgsqlDataReader row) => new()
    {
        Name = row.Text(0),
        Events = Array.ConvertAll(row.GetFieldValue<string[]>(1), PgText.Decode),
        Start = row.Text(2),
        Cursor = row.GetInt64(3),
        CreatedAt = row.Time(4),
        UpdatedAt = row.Time(5),
        Holder = row.IsDBNull(7) ? null : row.TextOrNull(6),
        HeldUntil = row.IsDBNull(6) ? null : row.TimeOrNull(7),
    };
}
