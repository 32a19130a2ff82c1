using System.Globalization;
using System.Text;
using EventHub.Events;
using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Reading;

/// <summary>
/// Answers event queries: finds sequences by the narrowest index the filters allow, in order, without touching payloads; then loads
/// those found. A time range becomes a range of sequences first.
/// </summary>
internal static class EventSearch
{
    public static List<Event> Run(SqliteConnection connection, EventQuery query, long trimmed, CancellationToken cancellationToken)
    {
        var range = Range(connection, query, trimmed);
        var filter = TypeFilter.Create(connection, query.Types);
        var sequences = new List<long>();
        if (filter?.Types is { } types && query.OrganizationId is null && query.UserId is null)
        {
            foreach (var type in types) Collect(connection, query, range, type, null, sequences, cancellationToken);
            sequences.Sort();
            if (query.Descending) sequences.Reverse();
        }
        else
        {
            Collect(connection, query, range, null, filter, sequences, cancellationToken);
        }

        return [.. sequences.Take(query.Limit).Select(sequence => EventRows.Get(connection, sequence)!)];
    }

    /// <summary>First and last sequence the cursor and the times leave, both included.</summary>
    private static (long First, long Last) Range(SqliteConnection connection, EventQuery query, long trimmed)
    {
        var first = trimmed + 1;
        var last = long.MaxValue;
        if (query.Since is { } since) first = Math.Max(first, TimeBlocks.FirstSequence(connection, Micros.FromUp(since)));
        if (query.Until is { } until) last = TimeBlocks.LastSequence(connection, Micros.FromUp(until));
        if (query.Cursor is not { } cursor) return (first, last);
        if (query.Descending) return (first, cursor == long.MinValue ? cursor : Math.Min(last, cursor - 1));
        return cursor == long.MaxValue ? (cursor, 0) : (Math.Max(first, cursor + 1), last);
    }

    /// <summary>Adds up to the query's limit of matching sequences, of one type or of those a filter lets pass.</summary>
    private static void Collect(
        SqliteConnection connection, EventQuery query, (long First, long Last) range, string? type, TypeFilter? filter, List<long> sequences,
        CancellationToken cancellationToken)
    {
        using var rows = connection.Use(Sql(query, type is not null));
        rows.Bind(1, range.First).Bind(2, range.Last);
        var parameter = 3;
        if (type is not null) rows.Bind(parameter++, type);
        if (query.OrganizationId is { } organization) rows.Bind(parameter++, organization);
        if (query.UserId is { } user) rows.Bind(parameter++, user);
        if (query.Source is { } source) rows.Bind(parameter++, source);
        if (query.Since is { } since) rows.Bind(parameter++, Micros.FromUp(since));
        if (query.Until is { } until) rows.Bind(parameter, Micros.FromUp(until));
        for (var found = 0; found < query.Limit && rows.Step();)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (filter is not null && !filter.Matches(rows.CommonText(1))) continue;
            sequences.Add(rows.Int64(0));
            found++;
        }
    }

    /// <summary>The statement for this combination of filters; the parameters in the order <see cref="Collect"/> binds them.</summary>
    private static string Sql(EventQuery query, bool byType)
    {
        var index = byType ? "INDEXED BY events_type"
            : query.OrganizationId is not null ? "INDEXED BY events_organization"
            : query.UserId is not null ? "INDEXED BY events_user"
            : query.Source is not null ? "INDEXED BY events_source"
            : "NOT INDEXED";
        var sql = new StringBuilder($"SELECT sequence, type FROM events {index} WHERE sequence >= ?1 AND sequence <= ?2");
        var parameter = 3;
        void Where(bool isSet, string condition)
        {
            if (isSet) sql.Append(CultureInfo.InvariantCulture, $" AND {condition} ?{parameter++}");
        }

        Where(byType, "type =");
        Where(query.OrganizationId is not null, "organization_id =");
        Where(query.UserId is not null, "user_id =");
        Where(query.Source is not null, "source =");
        Where(query.Since is not null, "created_at >=");
        Where(query.Until is not null, "created_at <");
        return sql.Append(query.Descending ? " ORDER BY sequence DESC" : " ORDER BY sequence").ToString();
    }
}
