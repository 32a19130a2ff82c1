using EventHub.Sqlite.Native;

namespace EventHub.Sqlite.Writing;

/// <summary>
/// One bounded step of retention: removes events after a place in the log with their results and attempts, and moves the trim point
/// in the same transaction. Events that a dead letter or an exception refers to stay; later runs look at them again.
/// </summary>
internal sealed class TrimStepOperation(long after, long upTo) : ResultOperation<TrimStep>
{
    /// <summary>Events looked at per step: small, because publishers wait meanwhile.</summary>
    private const int EventsPerStep = 500;

    private const string EndSql = "SELECT sequence FROM events WHERE sequence > ?1 AND sequence <= ?2 ORDER BY sequence LIMIT 1 OFFSET ?3";

    private const string RemoveEventsSql =
        """
        DELETE FROM events WHERE sequence > ?1 AND sequence <= ?2
          AND NOT EXISTS (SELECT 1 FROM exceptions x WHERE x.sequence = events.sequence)
          AND NOT EXISTS (SELECT 1 FROM results r INDEXED BY results_dead WHERE r.sequence = events.sequence AND r.dead_letter = 1)
        """;

    private static readonly string[] s_removeJournalSql =
    [
        "DELETE FROM results WHERE sequence > ?1 AND sequence <= ?2 AND NOT EXISTS (SELECT 1 FROM events e WHERE e.sequence = results.sequence)",
        "DELETE FROM attempts WHERE sequence > ?1 AND sequence <= ?2 AND NOT EXISTS (SELECT 1 FROM events e WHERE e.sequence = attempts.sequence)",
    ];

    private const string MoveTrimPointSql = "UPDATE meta SET value = ?1 WHERE name = 'trimmed'";

    public override int Rows => EventsPerStep;

    public override void Execute(WriteTransaction transaction)
    {
        var connection = transaction.Connection;
        var last = Math.Min(upTo, transaction.Head);
        var end = End(connection, last);
        int removed;
        using (var remove = connection.Use(RemoveEventsSql))
        {
            removed = remove.Bind(1, after).Bind(2, end).Run();
        }

        foreach (var sql in s_removeJournalSql)
        {
            using var remove = connection.Use(sql);
            remove.Bind(1, after).Bind(2, end).Run();
        }

        if (end > transaction.Trimmed) MoveTrimPoint(transaction, end);
        Result = new TrimStep(end, removed, end >= last);
    }

    /// <summary>The last sequence of this step: that of its last event, or where the run ends when fewer are left.</summary>
    private long End(SqliteConnection connection, long last)
    {
        using var find = connection.Use(EndSql);
        find.Bind(1, after).Bind(2, last).Bind(3, EventsPerStep - 1);
        return find.Step() ? find.Int64(0) : Math.Max(after, last);
    }

    private static void MoveTrimPoint(WriteTransaction transaction, long end)
    {
        using (var move = transaction.Connection.Use(MoveTrimPointSql)) move.Bind(1, end).Run();
        BlockTable.Remove(transaction.Connection, (end + 1) / BlockTable.Size);
        transaction.Trimmed = end;
    }
}
