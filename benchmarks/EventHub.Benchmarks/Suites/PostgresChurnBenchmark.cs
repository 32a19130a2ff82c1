using EventHub.Benchmarks.Load;
using EventHub.Benchmarks.Measuring;
using EventHub.Benchmarks.Peers;
using EventHub.Benchmarks.Processes;
using Npgsql;

namespace EventHub.Benchmarks.Suites;

/// <summary>Whether dead rows pile up: a steady load for minutes, with the server's own autovacuum, looked at in three parts.</summary>
internal sealed class PostgresChurnBenchmark : IBenchmark
{
    private const int Parts = 3;
    private const double Rate = 1000;

    private const string TablesSql =
        """
        SELECT regexp_replace(relname, '_[0-9]+$', '_…'), sum(n_live_tup)::bigint, sum(n_dead_tup)::bigint, sum(pg_total_relation_size(relid))::bigint, sum(n_tup_upd + n_tup_del)::bigint,
            sum(autovacuum_count)::bigint
        FROM pg_stat_user_tables WHERE schemaname = 'eventhub_data' GROUP BY 1
        """;

    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(2);

    public string Name => "postgres-churn";

    public string About => "dead rows on PostgreSQL under 1,000 events/s to two webhooks, one in order and one that fails now and then (3 minutes; 10 with --full)";

    public TimeSpan Estimate(BenchContext context) => Length(context) + TimeSpan.FromSeconds(20);

    public async Task<IReadOnlyList<Table>> RunAsync(BenchContext context)
    {
        using var receiver = await ReceiverProcess.StartAsync();
        var (server, connection) = await PostgresPeer.StartAsync(context);
        using var stops = server;
        using var hub = await HubProcess.StartAsync(context, "postgres", connection);
        await hub.AddWebhookAsync($"{receiver.Url}/hook", "*", ",\"ordering_key\":\"organization_id\"");
        await hub.AddWebhookAsync($"{receiver.Url}/fail", "*", ",\"retry\":{\"limit\":10,\"constant_seconds\":1}");
        var requests = Enumerable.Range(0, 100).Select(i => RequestTemplate.One(key: i)).ToArray();
        await HttpLoad.OpenAsync(hub.Url, requests, Rate, context.WarmUp);

        var latency = new Table($"Time to the 202 and to the webhook's arrival under it, ms ({Rate:N0} events/s, {Length(context).TotalMinutes:0.#} minutes)", "part", "events/s", "202: p50", "202: p99", "arrival: p50", "arrival: p99");
        var most = new SortedDictionary<string, TableChurn>(StringComparer.Ordinal);
        for (var part = 0; part < Parts; part++)
        {
            await receiver.ResetAsync();
            using var over = new CancellationTokenSource();
            var watching = WatchAsync(PostgresPeer.Npgsql(connection), most, part, over.Token);
            var load = await HttpLoad.OpenAsync(hub.Url, requests, Rate, Length(context) / Parts);
            if (load.Refused > 0) throw new InvalidOperationException($"{load.Refused} events were refused.");
            var arrived = (await receiver.WaitAsync(load.Answered, "/hook")).Latencies;
            await over.CancelAsync();
            await watching;
            latency.Add(part + 1, load.PerSecond, load.Latencies.Percentile(0.5), load.Latencies.Percentile(0.99), arrived.Percentile(0.5), arrived.Percentile(0.99));
        }

        var dead = new Table("Dead rows at most, by part", "table", "1", "2", "3", "updated or deleted in all", "autovacuum runs");
        var sizes = new Table("Size of these tables with their indexes at the end of each part, MB", "table", "1", "2", "3", "rows in the end");
        foreach (var (name, churn) in most.Where(static entry => entry.Value.Changed > 0))
        {
            dead.Add(name, churn.Dead[0], churn.Dead[1], churn.Dead[2], churn.Changed, churn.Vacuums);
            sizes.Add(name, churn.Bytes[0] / 1e6, churn.Bytes[1] / 1e6, churn.Bytes[2] / 1e6, churn.Live);
        }

        return [latency, dead, sizes];
    }

    private static TimeSpan Length(BenchContext context) => TimeSpan.FromMinutes(context.IsFull ? 10 : context.IsQuick ? 0.5 : 3);

    private static async Task WatchAsync(string connectionString, SortedDictionary<string, TableChurn> most, int part, CancellationToken until)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(CancellationToken.None);
        using var pace = new PeriodicTimer(s_pace);
        try
        {
            while (await pace.WaitForNextTickAsync(until))
            {
                await using var command = new NpgsqlCommand(TablesSql, connection);
                await using var rows = await command.ExecuteReaderAsync(CancellationToken.None);
                while (await rows.ReadAsync(CancellationToken.None))
                {
                    if (!most.TryGetValue(rows.GetString(0), out var churn)) most[rows.GetString(0)] = churn = new TableChurn(new long[Parts], new long[Parts]);
                    churn.Dead[part] = Math.Max(churn.Dead[part], rows.GetInt64(2));
                    churn.Bytes[part] = rows.GetInt64(3);
                    (churn.Live, churn.Changed, churn.Vacuums) = (rows.GetInt64(1), rows.GetInt64(4), rows.GetInt64(5));
                }
            }
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
            // The part is over.
        }
    }

    /// <summary>What was seen of a table.</summary>
    private sealed record TableChurn(long[] Dead, long[] Bytes)
    {
        public long Live { get; set; }

        public long Changed { get; set; }

        public long Vacuums { get; set; }
    }
}
