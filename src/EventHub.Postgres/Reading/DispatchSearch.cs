using System.Globalization;
using System.Text;
using EventHub.Postgres.Connections;
using EventHub.Storage;
using Npgsql;
using NpgsqlTypes;

namespace EventHub.Postgres.Reading;

/// <summary>Answers dispatch queries: results and exceptions are two tables, each read in order of the key in the same statement, and merged.</summary>
internal static class DispatchSearch
{
    public static async Task<IReadOnlyList<DispatchRecord>> RunAsync(NpgsqlConnection connection, DispatchQuery query, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand { Connection = connection };
        var parts = new List<string>(2);
        var conditions = Conditions(command, query);
        if (WantsResults(query)) parts.Add(Part(DispatchRows.ResultColumns, "results", conditions + ResultConditions(command, query), query));
        if (WantsExceptions(query)) parts.Add(Part(DispatchRows.HeldColumns, "exceptions", conditions, query));
        if (parts.Count == 0) return [];
        command.With(query.Limit);

        // The limit stands last among the parameters, and in each part.
        command.CommandText = string.Join(" UNION ALL ", parts).Replace("$limit", $"${command.Parameters.Count}", StringComparison.Ordinal);
        var found = await command.ListAsync(DispatchRows.ReadRecord, cancellationToken).ConfigureAwait(false);
        found.Sort((left, right) => query.Descending ? right.Key.CompareTo(left.Key) : left.Key.CompareTo(right.Key));
        if (found.Count > query.Limit) found.RemoveRange(query.Limit, found.Count - query.Limit);
        return found;
    }

    private static bool WantsResults(DispatchQuery query) => query.Statuses is null || query.Statuses.Any(status => status != DispatchStatus.Ongoing);

    private static bool WantsExceptions(DispatchQuery query) =>
        !query.DeadLettersOnly && query.ResultedSince is null && query.ResultedUntil is null
        && (query.Statuses is null || query.Statuses.Contains(DispatchStatus.Ongoing));

    private static string Part(string columns, string table, string conditions, DispatchQuery query)
    {
        var direction = query.Descending ? " DESC" : "";
        return $"(SELECT {columns} FROM eventhub_data.{table} d JOIN eventhub_data.events e ON e.sequence = d.sequence WHERE {conditions} " +
            $"ORDER BY d.sequence{direction}, d.subscription{direction}, d.generation{direction} LIMIT $limit)";
    }

    /// <summary>Those both tables share. The cursor's own sequence may have dispatches on either side of it.</summary>
    private static string Conditions(NpgsqlCommand command, DispatchQuery query)
    {
        var first = query.FromSequence ?? long.MinValue;
        var last = query.ToSequence ?? long.MaxValue;
        if (query.Cursor is { } bound) (first, last) = query.Descending ? (first, Math.Min(last, bound.Sequence)) : (Math.Max(first, bound.Sequence), last);
        command.With(first).With(last);
        var sql = new StringBuilder("d.sequence >= $1 AND d.sequence <= $2");
        if (query.SubscriptionKey is { } subscription) sql.Append(CultureInfo.InvariantCulture, $" AND d.subscription = ${command.With(subscription).Parameters.Count}");
        if (query.Cursor is { } cursor)
        {
            var n = command.With(cursor.Sequence).With(cursor.Subscription).With(cursor.Generation).Parameters.Count;
            sql.Append(CultureInfo.InvariantCulture, $" AND (d.sequence, d.subscription, d.generation) {(query.Descending ? '<' : '>')} (${n - 2}, ${n - 1}, ${n})");
        }

        if (query.Type is { } type && TypeCondition.Create([type], "e.type", command) is { } types) sql.Append(" AND ").Append(types);
        return sql.ToString();
    }

    private static string ResultConditions(NpgsqlCommand command, DispatchQuery query)
    {
        var sql = new StringBuilder();
        void AddTime(string comparison, DateTimeOffset? time)
        {
            if (time is not { } set) return;
            var parameter = command.With((DateTimeOffset?)new DateTimeOffset(PgTime.FromUp(set), TimeSpan.Zero)).Parameters.Count;
            sql.Append(CultureInfo.InvariantCulture, $" AND d.resulted_at {comparison} ${parameter}");
        }

        AddTime(">=", query.ResultedSince);
        AddTime("<", query.ResultedUntil);
        if (query.DeadLettersOnly) sql.Append(" AND d.dead_letter");
        if (query.Statuses is not { } statuses) return sql.ToString();
        if (!statuses.Contains(DispatchStatus.Complete)) sql.Append(" AND d.status <> 1"); // what the partial index holds
        command.WithArray(statuses.Select(static status => (short)status).Distinct().ToArray(), NpgsqlDbType.Smallint);
        return sql.Append(CultureInfo.InvariantCulture, $" AND d.status = ANY (${command.Parameters.Count})").ToString();
    }
}
