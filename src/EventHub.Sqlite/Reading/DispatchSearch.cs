using System.Globalization;
using System.Text;
using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Reading;

/// <summary>Answers dispatch queries: results and exceptions are two tables, each read in order of the key, and merged.</summary>
internal static class DispatchSearch
{
    public static List<DispatchRecord> Run(SqliteConnection connection, DispatchQuery query, CancellationToken cancellationToken)
    {
        var found = new List<DispatchRecord>();
        if (WantsResults(query)) Collect(connection, query, ResultsSql(query), DispatchRows.ReadResult, found, cancellationToken);
        if (!WantsExceptions(query)) return found;
        Collect(connection, query, ExceptionsSql(query), DispatchRows.ReadHeld, found, cancellationToken);
        found.Sort((left, right) => query.Descending ? right.Key.CompareTo(left.Key) : left.Key.CompareTo(right.Key));
        if (found.Count > query.Limit) found.RemoveRange(query.Limit, found.Count - query.Limit);
        return found;
    }

    private static bool WantsResults(DispatchQuery query) => query.Statuses is null || query.Statuses.Any(status => status != DispatchStatus.Ongoing);

    private static bool WantsExceptions(DispatchQuery query) =>
        !query.DeadLettersOnly && query.ResultedSince is null && query.ResultedUntil is null
        && (query.Statuses is null || query.Statuses.Contains(DispatchStatus.Ongoing));

    private static void Collect(
        SqliteConnection connection, DispatchQuery query, string sql, Func<SqliteStatement, DispatchRecord> read, List<DispatchRecord> found,
        CancellationToken cancellationToken)
    {
        var (first, last) = Range(query);
        using var rows = connection.Use(sql);
        rows.Bind(1, first).Bind(2, last);
        var parameter = 3;
        if (query.SubscriptionKey is { } subscription) rows.Bind(parameter++, subscription);
        if (query.Cursor is { } cursor) rows.Bind(parameter++, cursor.Sequence).Bind(parameter++, cursor.Subscription).Bind(parameter++, cursor.Generation);
        if (read == DispatchRows.ReadResult)
        {
            if (query.ResultedSince is { } since) rows.Bind(parameter++, Micros.FromUp(since));
            if (query.ResultedUntil is { } until) rows.Bind(parameter, Micros.FromUp(until));
        }

        for (var count = 0; count < query.Limit && rows.Step();)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (query.Type is { } type && !type.Matches(rows.CommonText(DispatchRows.EventTypeColumn))) continue;
            found.Add(read(rows));
            count++;
        }
    }

    /// <summary>First and last sequence, both included; the cursor's own may have dispatches on either side of it.</summary>
    private static (long First, long Last) Range(DispatchQuery query)
    {
        var first = query.FromSequence ?? 0;
        var last = query.ToSequence ?? long.MaxValue;
        if (query.Cursor is not { } cursor) return (first, last);
        return query.Descending ? (first, Math.Min(last, cursor.Sequence)) : (Math.Max(first, cursor.Sequence), last);
    }

    private static string ResultsSql(DispatchQuery query)
    {
        var isPartial = query.Statuses is { } statuses && !statuses.Contains(DispatchStatus.Complete);
        var index = query.DeadLettersOnly
            ? query.SubscriptionKey is null ? "INDEXED BY results_dead" : "INDEXED BY results_dead_by_subscription"
            : isPartial ? "INDEXED BY results_not_complete"
            : query.SubscriptionKey is null ? "NOT INDEXED" : "INDEXED BY results_by_subscription";
        var sql = new StringBuilder($"SELECT {DispatchRows.ResultWithEventColumns} FROM results d {index}");
        var parameter = AppendKeyConditions(sql, query);
        if (query.ResultedSince is not null) sql.Append(CultureInfo.InvariantCulture, $" AND d.resulted_at >= ?{parameter++}");
        if (query.ResultedUntil is not null) sql.Append(CultureInfo.InvariantCulture, $" AND d.resulted_at < ?{parameter}");
        if (query.DeadLettersOnly) sql.Append(" AND d.dead_letter = 1");
        if (isPartial) sql.Append(" AND d.status <> 1");
        if (query.Statuses is not null)
        {
            sql.Append(CultureInfo.InvariantCulture, $" AND d.status IN ({string.Join(',', query.Statuses.Select(status => (int)status).Distinct().Order())})");
        }

        return AppendOrder(sql, query);
    }

    private static string ExceptionsSql(DispatchQuery query)
    {
        var index = query.SubscriptionKey is null ? "INDEXED BY exceptions_by_event" : "NOT INDEXED";
        var sql = new StringBuilder($"SELECT {DispatchRows.ExceptionWithEventColumns} FROM exceptions d {index}");
        AppendKeyConditions(sql, query);
        return AppendOrder(sql, query);
    }

    /// <summary>Returns the next free parameter.</summary>
    private static int AppendKeyConditions(StringBuilder sql, DispatchQuery query)
    {
        sql.Append(" CROSS JOIN events e ON e.sequence = d.sequence WHERE d.sequence >= ?1 AND d.sequence <= ?2");
        var parameter = 3;
        if (query.SubscriptionKey is not null) sql.Append(CultureInfo.InvariantCulture, $" AND d.subscription = ?{parameter++}");
        if (query.Cursor is null) return parameter;
        var beyond = query.Descending ? '<' : '>';
        sql.Append(CultureInfo.InvariantCulture, $" AND (d.sequence, d.subscription, d.generation) {beyond} (?{parameter}, ?{parameter + 1}, ?{parameter + 2})");
        return parameter + 3;
    }

    private static string AppendOrder(StringBuilder sql, DispatchQuery query)
    {
        var direction = query.Descending ? " DESC" : "";
        return sql.Append(CultureInfo.InvariantCulture, $" ORDER BY d.sequence{direction}, d.subscription{direction}, d.generation{direction}").ToString();
    }
}
