using EventHub.Benchmarks.Peers;

namespace EventHub.Benchmarks.Processes;

/// <summary>Where a hub keeps everything: a directory of its own, or a PostgreSQL server of its own, which goes with this.</summary>
internal sealed class HubPlace : IDisposable
{
    private readonly string _store;
    private readonly PeerServer? _server;
    private readonly string? _connection;

    private HubPlace(string store, PeerServer? server, string? connection) => (_store, _server, _connection) = (store, server, connection);

    /// <param name="context">Where things lie.</param>
    /// <param name="store"><c>sqlite</c> or <c>postgres</c>.</param>
    public static async Task<HubPlace> NewAsync(BenchContext context, string store)
    {
        if (store != "postgres") return new HubPlace(store, null, null);
        var (server, connection) = await PostgresPeer.StartAsync(context);
        return new HubPlace(store, server, connection);
    }

    public Task<HubProcess> StartHubAsync(BenchContext context) => HubProcess.StartAsync(context, _store, _connection);

    public void Dispose() => _server?.Dispose();
}
