using EventHub.Postgres.Connections;
using EventHub.Storage.Relay;
using Npgsql;
using NpgsqlTypes;

namespace EventHub.Postgres.Relaying;

/// <summary>
/// One round in one batch of statements. Rows of other processes are locked last and only when they are free, so that two rounds never wait for each other.
/// </summary>
internal static class RelayTables
{
    public const string Channel = "eventhub_rpc";

    private const string BeginSql = "SELECT set_config('synchronous_commit', 'off', true)";

    private const string PresentSql =
        """
        INSERT INTO eventhub_data.rpc_nodes (node, expires_at) VALUES ($1, clock_timestamp() + $2)
        ON CONFLICT (node) DO UPDATE SET expires_at = excluded.expires_at
        """;

    private const string GoneSql =
        $"""
        WITH node AS (DELETE FROM eventhub_data.rpc_nodes WHERE node = $1), clients AS (DELETE FROM eventhub_data.rpc_clients WHERE node = $1)
        SELECT pg_notify('{Channel}', '')
        """;

    /// <summary>Rings for all when something has changed.</summary>
    private const string ServesSql =
        $"""
        WITH gone AS (DELETE FROM eventhub_data.rpc_clients WHERE node = $1 AND name <> ALL ($2) RETURNING 1),
        here AS (
          INSERT INTO eventhub_data.rpc_clients AS c (node, name, clients) SELECT $1, s.name, s.clients FROM unnest($2, $3) AS s (name, clients)
          ON CONFLICT (node, name) DO UPDATE SET clients = excluded.clients WHERE c.clients <> excluded.clients RETURNING 1),
        served AS (INSERT INTO eventhub_data.rpc_served (name) SELECT s.name FROM unnest($2) AS s (name) ORDER BY s.name ON CONFLICT DO NOTHING)
        SELECT pg_notify('{Channel}', '') FROM (SELECT 1 FROM gone UNION ALL SELECT 1 FROM here) AS changed LIMIT 1
        """;

    private const string CallSql =
        """
        INSERT INTO eventhub_data.rpc_calls (caller, node, number, name, item, begin_by, answer_by)
        SELECT $1, c.node, c.number, c.name, c.item, clock_timestamp() + c.begin_within, clock_timestamp() + c.answer_within
        FROM unnest($2, $3, $4, $5, $6, $7) AS c (node, number, name, item, begin_within, answer_within)
        """;

    private const string AnswerSql =
        """
        INSERT INTO eventhub_data.rpc_answers (node, number, kind, text)
        SELECT a.node, a.number, a.kind, a.text FROM unnest($1, $2, $3, $4) AS a (node, number, kind, text) ON CONFLICT DO NOTHING
        """;

    private const string RingSql = $"SELECT pg_notify('{Channel}', r.node) FROM unnest($1) AS r (node)";

    private const string WithdrawSql = "DELETE FROM eventhub_data.rpc_calls WHERE caller = $1 AND number = ANY ($2) RETURNING number";

    private const string TakeCallsSql =
        """
        DELETE FROM eventhub_data.rpc_calls WHERE (caller, number) IN (
          SELECT c.caller, c.number FROM eventhub_data.rpc_calls c WHERE c.node = $1 ORDER BY c.begin_by LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING caller, number, name, item, begin_by - clock_timestamp(), answer_by - clock_timestamp()
        """;

    private const string TakeAnswersSql = "DELETE FROM eventhub_data.rpc_answers WHERE node = $1 RETURNING number, kind, text";

    private const string NodesSql =
        "SELECT node, (extract(epoch FROM expires_at) * 1000000)::bigint FROM eventhub_data.rpc_nodes WHERE node <> $1 AND expires_at > clock_timestamp()";

    private const string NamesSql =
        """
        SELECT c.node, c.name, c.clients FROM eventhub_data.rpc_clients c JOIN eventhub_data.rpc_nodes n ON n.node = c.node
        WHERE c.node <> $1 AND n.expires_at > clock_timestamp()
        """;

    /// <summary>What processes that died left behind.</summary>
    private const string SweepSql =
        """
        WITH old AS (SELECT node FROM eventhub_data.rpc_nodes WHERE expires_at < clock_timestamp() - interval '1 minute' FOR UPDATE SKIP LOCKED),
        nodes AS (DELETE FROM eventhub_data.rpc_nodes n USING old WHERE n.node = old.node),
        clients AS (DELETE FROM eventhub_data.rpc_clients c USING old WHERE c.node = old.node),
        calls AS (DELETE FROM eventhub_data.rpc_calls WHERE (caller, number) IN (
          SELECT c.caller, c.number FROM eventhub_data.rpc_calls c WHERE c.answer_by < clock_timestamp() - interval '1 minute' FOR UPDATE SKIP LOCKED))
        DELETE FROM eventhub_data.rpc_answers WHERE (node, number) IN (
          SELECT a.node, a.number FROM eventhub_data.rpc_answers a WHERE a.answered_at < clock_timestamp() - interval '1 hour' FOR UPDATE SKIP LOCKED)
        """;

    public static async Task<RelayIntake> ExchangeAsync(NpgsqlConnection connection, RelayRound round, CancellationToken cancellationToken)
    {
        // 1 what this process says, 2 what it withdraws, 3 what it takes: see the order of locks above
        var batch = new RelayBatch(connection);
        batch.Add(BeginSql, Ignore);
        if (round.Presence > TimeSpan.Zero) batch.Add(PresentSql, null, Value(round.Node), Value(round.Presence));
        else batch.Add(GoneSql, Ignore, Value(round.Node));
        if (round is { Presence.Ticks: > 0, Serves: { } serves })
            batch.Add(ServesSql, Ignore, Value(round.Node), Texts(serves.Keys), ArrayOf(serves.Values, static n => n, NpgsqlDbType.Integer));
        AddCalls(batch, round);
        AddAnswers(batch, round);
        var rings = round.Calls.Select(call => call.Node).Concat(round.Answers.Select(answer => answer.Node)).Distinct(StringComparer.Ordinal).ToList();
        if (rings.Count > 0) batch.Add(RingSql, Ignore, Texts(rings));

        var withdrawn = new List<long>();
        var calls = new List<RelayCall>();
        var answers = new List<RelayAnswer>();
        var nodes = new Dictionary<string, long>(StringComparer.Ordinal);
        var names = new List<RelayedName>();
        if (round.Withdrawn.Count > 0)
            batch.Add(WithdrawSql, row => withdrawn.Add(row.GetInt64(0)), Value(round.Node), ArrayOf(round.Withdrawn, static n => n, NpgsqlDbType.Bigint));
        batch.Add(TakeCallsSql, row => calls.Add(ReadCall(row)), Value(round.Node), new NpgsqlParameter<int> { TypedValue = RelayIntake.MaxCalls });
        batch.Add(TakeAnswersSql, row => answers.Add(ReadAnswer(row, round.Node)), Value(round.Node));
        batch.Add(NodesSql, row => nodes.Add(row.Text(0), row.GetInt64(1)), Value(round.Node));
        batch.Add(NamesSql, row => names.Add(new RelayedName(row.Text(0), row.Text(1), row.GetInt32(2))), Value(round.Node));
        if (round.Serves is not null) batch.Add(SweepSql, null);
        await batch.RunAsync(cancellationToken).ConfigureAwait(false);
        calls.Sort(static (left, right) => left.BeginWithin.CompareTo(right.BeginWithin));
        return new RelayIntake { Nodes = nodes, Names = names, Calls = calls, Answers = answers, Withdrawn = withdrawn };
    }

    public static async Task<bool> WasServedAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken) =>
        (await new NpgsqlCommand("SELECT true FROM eventhub_data.rpc_served WHERE name = $1", connection).With(name)
            .ListAsync(static row => row.GetBoolean(0), cancellationToken).ConfigureAwait(false)).Count > 0;

    private static void AddCalls(RelayBatch batch, RelayRound round)
    {
        if (round.Calls.Count == 0) return;
        batch.Add(
            CallSql,
            null,
            Value(round.Node),
            Texts(round.Calls.Select(static call => call.Node)),
            ArrayOf(round.Calls, static call => call.Number, NpgsqlDbType.Bigint),
            Texts(round.Calls.Select(static call => call.Name)),
            ArrayOf(round.Calls, static call => call.Item.ToArray(), NpgsqlDbType.Bytea),
            ArrayOf(round.Calls, static call => call.BeginWithin, NpgsqlDbType.Interval),
            ArrayOf(round.Calls, static call => call.AnswerWithin, NpgsqlDbType.Interval));
    }

    private static void AddAnswers(RelayBatch batch, RelayRound round)
    {
        if (round.Answers.Count == 0) return;
        batch.Add(
            AnswerSql,
            null,
            Texts(round.Answers.Select(static answer => answer.Node)),
            ArrayOf(round.Answers, static answer => answer.Number, NpgsqlDbType.Bigint),
            ArrayOf(round.Answers, static answer => (short)answer.Kind, NpgsqlDbType.Smallint),
            ArrayOf(round.Answers, static answer => answer.Text is null ? null : PgText.Encode(answer.Text), NpgsqlDbType.Text));
    }

    private static RelayCall ReadCall(NpgsqlDataReader row) => new(
        row.Text(0), row.GetInt64(1), row.Text(2), row.GetFieldValue<byte[]>(3), row.GetTimeSpan(4), row.GetTimeSpan(5));

    private static RelayAnswer ReadAnswer(NpgsqlDataReader row, string node) =>
        new(node, row.GetInt64(0), (RelayAnswerKind)row.GetInt16(1), row.TextOrNull(2));

    private static void Ignore(NpgsqlDataReader row)
    {
    }

    private static NpgsqlParameter Value(string text) => new() { Value = PgText.Encode(text), NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter<TimeSpan> Value(TimeSpan time) => new() { TypedValue = time };

    private static NpgsqlParameter Texts(IEnumerable<string> texts) => ArrayOf(texts, PgText.Encode, NpgsqlDbType.Text);

    private static NpgsqlParameter ArrayOf<T, TValue>(IEnumerable<T> items, Func<T, TValue> select, NpgsqlDbType type) =>
        new() { Value = items.Select(select).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type };
}
