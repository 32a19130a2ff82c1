using EventHub.Benchmarks.Processes;

namespace EventHub.Benchmarks.Peers;

/// <summary>
/// Another system that does the whole job: its server, a Node process that takes events over HTTP and enqueues a job a webhook, and one that delivers
/// them, 64 at a time.
/// </summary>
internal sealed class JobPeer : IDisposable
{
    private const int Concurrency = 64;
    private readonly PeerServer? _server;
    private readonly ChildProcess _api;
    private readonly ChildProcess _worker;

    private JobPeer(string name, string durability, PeerServer? server, ChildProcess api, ChildProcess worker, string url)
    {
        (Name, Durability, Url) = (name, durability, url);
        (_server, _api, _worker) = (server, api, worker);
    }

    public string Name { get; }

    /// <summary>What a 202 promises.</summary>
    public string Durability { get; }

    public string Url { get; }

    /// <summary>BullMQ on Redis.</summary>
    /// <param name="context">Where things lie.</param>
    /// <param name="fsync"><c>everysec</c> or <c>always</c>.</param>
    /// <param name="webhooks">Where each event is delivered to.</param>
    public static async Task<JobPeer> BullMqAsync(BenchContext context, string fsync, IReadOnlyList<string> webhooks)
    {
        var port = PeerServer.FreePort();
        var server = await RedisPeer.StartAsync(context, port, fsync);
        return await StartAsync($"BullMQ, Redis {fsync}", fsync == "always" ? "fsync" : "fsync every second", server, context, "bullmq.mjs", $"{port}", webhooks);
    }

    /// <summary>pg-boss on PostgreSQL.</summary>
    public static async Task<JobPeer> PgBossAsync(BenchContext context, IReadOnlyList<string> webhooks)
    {
        var (server, connection) = await PostgresPeer.StartAsync(context);
        return await StartAsync("pg-boss, PostgreSQL", "fsync", server, context, "pg-boss.mjs", connection, webhooks);
    }

    /// <summary>pg-boss on a PostgreSQL that is there and stays.</summary>
    public static Task<JobPeer> PgBossAsync(BenchContext context, string connection, IReadOnlyList<string> webhooks) =>
        StartAsync("pg-boss", "fsync", null, context, "pg-boss.mjs", connection, webhooks);

    public void Dispose()
    {
        _api.Dispose();
        _worker.Dispose();
        _server?.Dispose();
    }

    private static async Task<JobPeer> StartAsync(string name, string durability, PeerServer? server, BenchContext context, string program, string connection, IReadOnlyList<string> webhooks)
    {
        var started = new Stack<IDisposable>();
        if (server is not null) started.Push(server);
        try
        {
            var path = Path.Combine(context.Root, "benchmarks/peers", program);
            var api = ChildProcess.Start("node", [path, "api", connection, .. webhooks]);
            started.Push(api);
            var url = await api.ReadLineAsync();
            var worker = ChildProcess.Start("node", [path, "worker", connection, $"{Concurrency}"]);
            started.Push(worker);
            await worker.ReadLineAsync();
            return new JobPeer(name, durability, server, api, worker, url);
        }
        catch
        {
            foreach (var one in started) one.Dispose();
            throw;
        }
    }
}
