using EventHub.Postgres.Connections;
using EventHub.Postgres.Schema;
using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres.Maintenance;

/// <summary>Looks at a database and says what is wrong with it for a hub. Changes nothing.</summary>
/// <param name="options">The database, and what a hub would be started with.</param>
/// <param name="clock">This machine's clock, compared with the server's.</param>
public sealed class PostgresDoctor(PostgresOptions options, TimeProvider clock)
{
    private const int OldestVersion = 15;
    private const int MostSecondsStaged = 60;
    private static readonly TimeSpan s_mostSkew = TimeSpan.FromSeconds(2);

    private const string ConnectionsSql =
        """
        SELECT current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer,
          (SELECT count(*)::integer FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid())
        """;

    private const string RightsSql =
        """
        SELECT has_database_privilege(current_database(), 'CREATE'), pg_is_in_recovery(),
          coalesce((SELECT has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = 'eventhub_data'), true)
        """;

    private const string LogSql =
        """
        SELECT l.head, l.partitioned, coalesce((SELECT max(p.until) FROM eventhub_data.partitions p), 1), (SELECT count(*)::integer FROM eventhub_data.log) FROM eventhub_data.log l
        """;

    private const string StalledSql =
        """
        SELECT count(*)::integer, coalesce(max(extract(epoch FROM clock_timestamp() - xact_start))::integer, 0) FROM pg_stat_activity
        WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND xact_start < clock_timestamp() - interval '1 minute'
        """;

    private const string UnleasedSql = "SELECT count(DISTINCT subscription)::integer FROM eventhub_data.leases WHERE owner IS NULL OR expires_at < clock_timestamp()";

    private const string RefusedSql = "SELECT count(*)::integer FROM eventhub_data.outbox_refused";

    private const string StagedSql =
        "SELECT count(*)::integer, coalesce(extract(epoch FROM clock_timestamp() - min(staged_at))::integer, 0) FROM (SELECT staged_at FROM eventhub_data.outbox ORDER BY place LIMIT 100000) o";

    /// <summary>All that was looked at, with what is wrong marked. Ends early where the rest cannot be looked at.</summary>
    public async Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        try
        {
            var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(options.ConnectionString) { Pooling = false }.ConnectionString);
            await using (connection.ConfigureAwait(false))
            {
                await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                findings.Add(new(true, $"{options.DatabaseName} can be reached"));
                await ExamineAsync(connection, findings, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (PostgresFailures.IsTrouble(exception))
        {
            findings.Add(new(false, PostgresFailures.ToStorage(exception, options.DatabaseName).Message));
        }
        catch (StorageException exception)
        {
            findings.Add(new(false, exception.Message));
        }

        return findings;
    }

    private async Task ExamineAsync(NpgsqlConnection connection, List<Finding> findings, CancellationToken cancellationToken)
    {
        void Say(bool isFine, string fine, string wrong) => findings.Add(new(isFine, isFine ? fine : wrong));

        // 1 the server
        var version = connection.PostgreSqlVersion;
        Say(version.Major >= OldestVersion, $"server version {version}", $"server version {version} is too old: EventHub needs {OldestVersion} or newer");
        var asked = clock.GetUtcNow();
        var now = await connection.ScalarAsync<DateTime>("SELECT clock_timestamp()", cancellationToken).ConfigureAwait(false);
        var skew = new DateTimeOffset(now, TimeSpan.Zero) - asked;
        Say(skew.Duration() < s_mostSkew, "its clock agrees with this machine's", $"its clock is {skew.TotalSeconds:0.0} s off this machine's: set both by NTP, or times of events will not fit those of deliveries");
        var durability = await DurabilitySettings.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        Say(durability != Durability.OsBuffered, $"a commit is durable ({DurabilityNames.Of(durability)})", "a commit may be lost with the machine: fsync or synchronous_commit is off");

        // 2 connections
        var (allowed, used) = await RowAsync(connection, ConnectionsSql, static row => (row.GetInt32(0), row.GetInt32(1)), cancellationToken).ConfigureAwait(false);
        Say(allowed - used >= options.MaxConnections, $"{allowed - used} of {allowed} connections are free, and a hub takes up to {options.MaxConnections}",
            $"only {allowed - used} of {allowed} connections are free, and a hub takes up to {options.MaxConnections}: lower DB_MAX_CONNECTIONS, or raise max_connections of the server");

        // 3 rights and schema
        var (canCreate, isStandby, canUse) = await RowAsync(
            connection, RightsSql, static row => (row.GetBoolean(0), row.GetBoolean(1), row.GetBoolean(2)), cancellationToken).ConfigureAwait(false);
        Say(!isStandby, "it takes writes", "it is a standby and takes no writes: name the primary");
        var schema = canUse ? await SchemaUpgrade.FindVersionAsync(connection, cancellationToken).ConfigureAwait(false) : 0;
        Say(canUse, "its schema may be used", "the user may not use schema eventhub_data: make it the owner, or grant it everything in it");
        if (!canUse) return;
        Say(schema == SchemaUpgrade.Newest, $"schema version {schema} is this EventHub's",
            schema > SchemaUpgrade.Newest ? $"schema version {schema} is a newer EventHub's; this one knows versions up to {SchemaUpgrade.Newest}"
            : canCreate ? $"schema version {schema} is not {SchemaUpgrade.Newest}: run 'eventhub migrate', or start the hub"
            : $"schema version {schema} is not {SchemaUpgrade.Newest}, and the user may not create it: grant CREATE on the database, then run 'eventhub migrate'");
        if (schema != SchemaUpgrade.Newest) return;

        // 4 what is in it
        var (head, partitioned, until, rows) = await RowAsync(
            connection, LogSql, static row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt32(3)), cancellationToken).ConfigureAwait(false);
        Say(rows == 1 && partitioned <= until, $"partitions reach to {until - 1}, the head is {head}", $"partitions reach to {until - 1} only, and appends rely on {partitioned - 1}: restore what was dropped");
        var (stalled, longest) = await RowAsync(connection, StalledSql, static row => (row.GetInt32(0), row.GetInt32(1)), cancellationToken).ConfigureAwait(false);
        Say(stalled == 0, "no transaction has been left open", $"{stalled} sessions have had a transaction open for more than a minute without doing anything ({longest} s the oldest): they keep vacuum from cleaning up");
        var (staged, age) = await RowAsync(connection, StagedSql, static row => (row.GetInt32(0), row.GetInt32(1)), cancellationToken).ConfigureAwait(false);
        Say(age < MostSecondsStaged, "what transactions published has been taken in",
            $"{staged} events that transactions published wait to be taken into the log, the oldest for {age} s: is a hub running, and what does it log about the outbox?");
        var refused = await RowAsync(connection, RefusedSql, static row => row.GetInt32(0), cancellationToken).ConfigureAwait(false);
        Say(refused == 0, "none of that had to be refused",
            $"{refused} events that transactions published were refused, because their idempotency keys were used for other content at the same time: look at eventhub.refused_events, publish again what is needed, and delete the rows");
        var unleased = await RowAsync(connection, UnleasedSql, static row => row.GetInt32(0), cancellationToken).ConfigureAwait(false);
        Say(unleased == 0, "every subscription has a process that delivers for it", $"{unleased} subscriptions have no process that delivers for them: is a hub with role deliver running?");
    }

    private static async Task<T> RowAsync<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        (await new NpgsqlCommand(sql, connection).ListAsync(read, cancellationToken).ConfigureAwait(false)) is [var row, ..]
            ? row
            : throw new StorageException(StorageFailure.Corrupt, "The table eventhub_data.log has no row. Restore a backup of the database.");
}
