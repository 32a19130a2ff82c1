using System.Globalization;
using System.Text;
using EventHub.Events;
using EventHub.Postgres.Connections;
using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres.Reading;

/// <summary>Answers event queries in order of the log. A time range becomes a range of sequences first.</summary>
internal static class EventSearch
{
    public static async Task<IReadOnlyList<Event>> RunAsync(NpgsqlConnection connection, EventQuery query, long trimmed, CancellationToken cancellationToken)
    {
        var (first, last) = await RangeAsync(connection, query, trimmed, cancellationToken).ConfigureAwait(false);
        if (first > last) return [];
        var command = new NpgsqlCommand { Connection = connection };
        var sql = new StringBuilder($"SELECT {EventRows.Columns} FROM eventhub_data.events e WHERE e.sequence >= $1 AND e.sequence <= $2");
        command.With(first).With(last);
        if (TypeCondition.Create(query.Types, "e.type", command) is { } types) sql.Append(" AND ").Append(types);
        AddText(sql, command, "source", query.Source);
        AddText(sql, command, "organization_id", query.OrganizationId);
        AddText(sql, command, "user_id", query.UserId);
        AddTime(sql, command, ">=", query.Since);
        AddTime(sql, command, "<", query.Until);
        sql.Append(query.Descending ? " ORDER BY e.sequence DESC" : " ORDER BY e.sequence");
        command.CommandText = sql.Append(CultureInfo.InvariantCulture, $" LIMIT ${command.With(query.Limit).Parameters.Count}").ToString();
        return await command.ListAsync(EventRows.Read, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The first 128 characters by the index, the whole by looking.</summary>
    private static void AddText(StringBuilder sql, NpgsqlCommand command, string column, string? value)
    {
        if (value is null) return;
        var parameter = command.With(value).Parameters.Count;
        sql.Append(CultureInfo.InvariantCulture, $" AND left(e.{column}, 128) COLLATE \"C\" = left(${parameter}, 128) AND e.{column} COLLATE \"C\" = ${parameter}");
    }

    private static void AddTime(StringBuilder sql, NpgsqlCommand command, string comparison, DateTimeOffset? value)
    {
        if (value is null) return;
        var parameter = command.With((DateTimeOffset?)new DateTimeOffset(PgTime.FromUp(value.Value), TimeSpan.Zero)).Parameters.Count;
        sql.Append(CultureInfo.InvariantCulture, $" AND e.created_at {comparison} ${parameter}");
    }

    /// <summary>First and last sequence the cursor and the times leave, both included.</summary>
    private static async Task<(long First, long Last)> RangeAsync(NpgsqlConnection connection, EventQuery query, long trimmed, CancellationToken cancellationToken)
    {
        var first = trimmed + 1;
        var last = long.MaxValue;
        if (query.Since is { } since) first = Math.Max(first, await TimeBlocks.FirstSequenceAsync(connection, since, cancellationToken).ConfigureAwait(false));
        if (query.Until is { } until) last = await TimeBlocks.LastSequenceAsync(connection, until, cancellationToken).ConfigureAwait(false);
        if (query.Cursor is not { } cursor) return (first, last);
        if (query.Descending) return (first, cursor == long.MinValue ? cursor : Math.Min(last, cursor - 1));
        return cursor == long.MaxValue ? (cursor, 0) : (Math.Max(first, cursor + 1), last);
    }
}
