using EventHub.Events;
using EventHub.Sqlite.Native;
using EventHub.Sqlite.Writing;
using EventHub.Storage;

namespace EventHub.Sqlite.Reading;

/// <summary>Reads the log forward, a page at a time; how many rows one page may look at is bounded.</summary>
internal static class LogScan
{
    /// <summary>Blocks a filtered page looks at before it ends, found or not.</summary>
    private const int MostBlocks = 64;

    private const string PageSql = $"SELECT {EventRows.Columns} FROM events WHERE sequence > ?1 ORDER BY sequence LIMIT ?2";

    /// <param name="connection">In a snapshot.</param>
    /// <param name="after">At least the trim point.</param>
    /// <param name="head">A head that was committed before the snapshot.</param>
    /// <param name="limits">Where the page ends.</param>
    /// <param name="types">Which types.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static EventPage Read(
        SqliteConnection connection, long after, long head, PageLimits limits, IReadOnlyList<TypePattern>? types, CancellationToken cancellationToken)
    {
        var criteria = EventCriteria.From(types);
        return criteria.IsEmpty
            ? ReadAll(connection, after, limits, cancellationToken)
            : ReadTypes(connection, after, head, limits, criteria, cancellationToken);
    }

    private static EventPage ReadAll(SqliteConnection connection, long after, PageLimits limits, CancellationToken cancellationToken)
    {
        var page = new PageBuilder(limits);
        using var rows = connection.Use(PageSql);
        rows.Bind(1, after).Bind(2, limits.Count);
        while (!page.IsFull && rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            page.Add(EventRows.Read(rows));
        }

        return page.ToPage(page.Last ?? after);
    }

    private static EventPage ReadTypes(
        SqliteConnection connection, long after, long head, PageLimits limits, EventCriteria criteria, CancellationToken cancellationToken)
    {
        var page = new PageBuilder(limits);
        var search = new PostingSearch(connection, criteria, after + 1);
        var first = (after + 1) / BlockTable.Size;
        for (var block = first; block <= search.LastBlock; block++)
        {
            if (block - first == MostBlocks) return page.ToPage((block * BlockTable.Size) - 1);
            foreach (var sequence in search.Find(block, after + 1, long.MaxValue, isDescending: false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                page.Add(EventRows.Get(connection, sequence)!);
                if (page.IsFull) return page.ToPage(sequence);
            }
        }

        return page.ToPage(Math.Max(Math.Max(after, head), page.Last ?? after));
    }
}
