using EventHub.Events;
using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Reading;

/// <summary>Reads the log forward, a page at a time; how many rows one page may look at is bounded.</summary>
internal static class LogScan
{
    /// <summary>Rows a filtered page looks at before it ends, found or not.</summary>
    private const int MostRows = 10_000;

    private const string PageSql = $"SELECT {EventRows.Columns} FROM events WHERE sequence > ?1 ORDER BY sequence LIMIT ?2";
    private const string TypesSql = "SELECT sequence, type FROM events WHERE sequence > ?1 ORDER BY sequence LIMIT ?2";
    private const string OfTypeSql = "SELECT sequence FROM events INDEXED BY events_type WHERE type = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3";

    /// <param name="connection">In a snapshot.</param>
    /// <param name="after">At least the trim point.</param>
    /// <param name="head">A head that was committed before the snapshot.</param>
    /// <param name="limits">Where the page ends.</param>
    /// <param name="types">Which types.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static EventPage Read(
        SqliteConnection connection, long after, long head, PageLimits limits, IReadOnlyList<TypePattern>? types, CancellationToken cancellationToken)
    {
        var filter = TypeFilter.Create(connection, types);
        if (filter is null) return ReadAll(connection, after, limits, cancellationToken);
        return filter.Types is { } few
            ? ReadTypes(connection, after, head, limits, few, cancellationToken)
            : ReadFiltered(connection, after, limits, filter, cancellationToken);
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

    private static EventPage ReadFiltered(
        SqliteConnection connection, long after, PageLimits limits, TypeFilter filter, CancellationToken cancellationToken)
    {
        var page = new PageBuilder(limits);
        var through = after;
        using var rows = connection.Use(TypesSql);
        rows.Bind(1, after).Bind(2, MostRows);
        while (!page.IsFull && rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            through = rows.Int64(0);
            if (filter.Matches(rows.CommonText(1))) page.Add(EventRows.Get(connection, through)!);
        }

        return page.ToPage(through);
    }

    private static EventPage ReadTypes(
        SqliteConnection connection, long after, long head, PageLimits limits, IReadOnlyList<string> types, CancellationToken cancellationToken)
    {
        var sequences = new List<long>();
        var most = Math.Min(limits.Count, MostRows);
        foreach (var type in types)
        {
            using var rows = connection.Use(OfTypeSql);
            rows.Bind(1, type).Bind(2, after).Bind(3, most);
            while (rows.Step()) sequences.Add(rows.Int64(0));
        }

        sequences.Sort();
        var page = new PageBuilder(limits);
        foreach (var sequence in sequences.Take(most))
        {
            cancellationToken.ThrowIfCancellationRequested();
            page.Add(EventRows.Get(connection, sequence)!);
            if (page.IsFull) return page.ToPage(sequence);
        }

        if (sequences.Count >= most) return page.ToPage(page.Last!.Value);
        return page.ToPage(Math.Max(Math.Max(after, head), page.Last ?? after));
    }
}
