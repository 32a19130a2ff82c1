using System.Globalization;
using System.Text;
using EventHub.Events;
using EventHub.Sqlite.Native;
using EventHub.Sqlite.Writing;
using EventHub.Storage;

namespace EventHub.Sqlite.Reading;

/// <summary>
/// Answers event queries: a time range becomes a range of sequences, which is walked by its postings when there are criteria, else row by row.
/// Payloads are read only of events found.
/// </summary>
internal static class EventSearch
{
    public static List<Event> Run(SqliteConnection connection, EventQuery query, long trimmed, CancellationToken cancellationToken)
    {
        var range = Range(connection, query, trimmed);
        if (range.First > range.Last) return [];
        var criteria = EventCriteria.From(query.Types) with { Source = query.Source, OrganizationId = query.OrganizationId, UserId = query.UserId };
        return criteria.IsEmpty ? Scan(connection, query, range, cancellationToken) : Search(connection, query, criteria, range, cancellationToken);
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

    private static List<Event> Search(
        SqliteConnection connection, EventQuery query, EventCriteria criteria, (long First, long Last) range, CancellationToken cancellationToken)
    {
        var events = new List<Event>();
        var search = new PostingSearch(connection, criteria, range.First);
        var firstBlock = range.First / BlockTable.Size;
        var lastBlock = Math.Min(range.Last / BlockTable.Size, search.LastBlock);
        for (var i = 0L; i <= lastBlock - firstBlock && events.Count < query.Limit; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var block = query.Descending ? lastBlock - i : firstBlock + i;
            foreach (var sequence in search.Find(block, range.First, range.Last, query.Descending))
            {
                if (EventRows.Get(connection, sequence) is not { } found || found.CreatedAt < query.Since || found.CreatedAt >= query.Until) continue;
                events.Add(found);
                if (events.Count == query.Limit) break;
            }
        }

        return events;
    }

    private static List<Event> Scan(SqliteConnection connection, EventQuery query, (long First, long Last) range, CancellationToken cancellationToken)
    {
        var events = new List<Event>();
        using var rows = connection.Use(ScanSql(query));
        rows.Bind(1, range.First).Bind(2, range.Last);
        var parameter = 3;
        if (query.Since is { } since) rows.Bind(parameter++, Micros.FromUp(since));
        if (query.Until is { } until) rows.Bind(parameter, Micros.FromUp(until));
        while (events.Count < query.Limit && rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            events.Add(EventRows.Read(rows));
        }

        return events;
    }

    private static string ScanSql(EventQuery query)
    {
        var sql = new StringBuilder($"SELECT {EventRows.Columns} FROM events WHERE sequence >= ?1 AND sequence <= ?2");
        var parameter = 3;
        if (query.Since is not null) sql.Append(CultureInfo.InvariantCulture, $" AND created_at >= ?{parameter++}");
        if (query.Until is not null) sql.Append(CultureInfo.InvariantCulture, $" AND created_at < ?{parameter}");
        return sql.Append(query.Descending ? " ORDER BY sequence DESC" : " ORDER BY sequence").ToString();
    }
}
