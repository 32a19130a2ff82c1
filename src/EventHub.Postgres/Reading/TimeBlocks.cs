using EventHub.Postgres.Connections;
using Npgsql;

namespace EventHub.Postgres.Reading;

/// <summary>
/// Bounds of a time range in the log. Events are in order of commit, not of time, so a range of times is found by the earliest and
/// latest time of each complete block; the newest, incomplete block always counts as part of the range.
/// </summary>
internal static class TimeBlocks
{
    private const int BlockSize = 1024;
    private const string FirstSql = "SELECT block FROM eventhub_data.time_blocks WHERE block >= $2 AND latest >= $1 ORDER BY block LIMIT 1";
    private const string LastSql = "SELECT block FROM eventhub_data.time_blocks WHERE earliest < $1 ORDER BY block DESC LIMIT 1";
    private const string NewestSql = "SELECT block FROM eventhub_data.time_blocks ORDER BY block DESC LIMIT 1";
    private const string TailSql = "SELECT e.sequence FROM eventhub_data.events e WHERE e.sequence >= $1 AND e.created_at < $2 LIMIT 1";

    private const string FirstEventSql =
        "SELECT e.sequence FROM eventhub_data.events e WHERE e.sequence >= $1 AND e.sequence <= $2 AND e.created_at >= $3 ORDER BY e.sequence LIMIT 1";

    /// <summary>No event before this sequence was created at or after the time.</summary>
    public static async Task<long> FirstSequenceAsync(NpgsqlConnection connection, DateTimeOffset time, CancellationToken cancellationToken) =>
        (await FirstBlockAsync(connection, time, 0, cancellationToken).ConfigureAwait(false)
            ?? await IncompleteBlockAsync(connection, cancellationToken).ConfigureAwait(false)) * BlockSize;

    /// <summary>No event after this sequence was created before the time.</summary>
    public static async Task<long> LastSequenceAsync(NpgsqlConnection connection, DateTimeOffset time, CancellationToken cancellationToken)
    {
        var tail = await IncompleteBlockAsync(connection, cancellationToken).ConfigureAwait(false) * BlockSize;
        if (await FindAsync(Command(connection, TailSql).With(tail).With(Up(time)), cancellationToken).ConfigureAwait(false) is not null) return long.MaxValue;
        return await FindAsync(Command(connection, LastSql).With(Up(time)), cancellationToken).ConfigureAwait(false) is { } block ? ((block + 1) * BlockSize) - 1 : 0;
    }

    /// <summary>The first event above the trim point, up to the head, created at or after the time.</summary>
    public static async Task<long?> FindFirstEventAsync(NpgsqlConnection connection, DateTimeOffset time, long trimmed, long head, CancellationToken cancellationToken)
    {
        Task<long?> FirstEventAsync(long first, long last) => FindAsync(
            Command(connection, FirstEventSql).With(Math.Max(first, trimmed + 1)).With(Math.Min(last, head)).With(Up(time)), cancellationToken);

        for (var from = 0L; await FirstBlockAsync(connection, time, from, cancellationToken).ConfigureAwait(false) is { } block; from = block + 1)
        {
            if (await FirstEventAsync(block * BlockSize, ((block + 1) * BlockSize) - 1).ConfigureAwait(false) is { } found) return found;
        }

        return await FirstEventAsync(await IncompleteBlockAsync(connection, cancellationToken).ConfigureAwait(false) * BlockSize, long.MaxValue).ConfigureAwait(false);
    }

    private static Task<long?> FirstBlockAsync(NpgsqlConnection connection, DateTimeOffset time, long from, CancellationToken cancellationToken) =>
        FindAsync(Command(connection, FirstSql).With(Up(time)).With(from), cancellationToken);

    private static async Task<long> IncompleteBlockAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await FindAsync(Command(connection, NewestSql), cancellationToken).ConfigureAwait(false) ?? -1) + 1;

    private static async Task<long?> FindAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var rows = await command.ListAsync(static row => row.GetInt64(0), cancellationToken).ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0];
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql) => new(sql, connection);

    private static DateTimeOffset? Up(DateTimeOffset time) => new DateTimeOffset(PgTime.FromUp(time), TimeSpan.Zero);
}
