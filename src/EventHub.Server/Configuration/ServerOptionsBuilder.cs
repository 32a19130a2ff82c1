using EventHub.AspNetCore.Hosting;
using EventHub.Hosting;
using EventHub.Server.Configuration.Tables;

namespace EventHub.Server.Configuration;

/// <summary>Makes <see cref="ServerOptions"/> of settings, and checks what only several of them together can break.</summary>
internal static class ServerOptionsBuilder
{
    /// <summary>The options; to be used only when no problems were added.</summary>
    public static ServerOptions Build(ResolvedSettings settings, string directory, List<ConfigurationProblem> problems)
    {
        var urls = settings.Get(BasicTable.Urls);
        var store = ChooseStore(settings, problems);
        if (store is StoreKind.Memory or StoreKind.Sqlite && settings.Given(BasicTable.Connection) is { } connection)
            problems.Add(new($"connection: {connection.Setting.Show(connection.Text)} ({connection.Origin}) is not for store {Name(store)}, which takes none; sqlite is told its directory by 'data'"));

        return new ServerOptions
        {
            Urls = urls,
            Store = store,
            DataDirectory = Path.GetFullPath(settings.Get(BasicTable.Data), directory),
            Postgres = store == StoreKind.Postgres ? PostgresSettings.Build(settings, problems) : null,
            Hub = BuildHub(settings),
            Streams = new StreamOptions
            {
                HeartbeatInterval = settings.Get(HttpTable.StreamHeartbeat),
                WriteTimeout = settings.Get(HttpTable.StreamWriteTimeout),
                MaxConnections = settings.Get(HttpTable.MaxStreams),
            },
            Rpc = new RpcOptions
            {
                MaxConnections = settings.Get(RpcTable.MaxConnections),
                MaxStreamsPerConnection = settings.Get(RpcTable.MaxStreams),
                MaxDestinationsPerConnection = settings.Get(RpcTable.MaxDestinations),
                MaxCallsPerConnection = settings.Get(RpcTable.MaxCalls),
                KeepAliveInterval = settings.Get(RpcTable.KeepAlive),
                ClientTimeout = settings.Get(RpcTable.ClientTimeout),
            },
            // Where only this machine can reach the hub, no other name is its own.
            AllowedHosts = settings.Given(HttpTable.AllowedHosts) is not null || urls.All(url => url.IsLoopback) ? settings.Get(HttpTable.AllowedHosts) : null,
            CorsOrigins = settings.Get(HttpTable.CorsOrigins),
            WebhookAllowPrivate = settings.Get(DeliveryTable.WebhookAllowPrivate) ?? urls.All(url => url.IsLoopback),
            WebhookAllowedNetworks = settings.Get(DeliveryTable.WebhookAllowedNetworks),
            LogLevel = settings.Get(LoggingTable.Level),
            LogFormat = settings.Get(LoggingTable.Format),
        };
    }

    private static StoreKind ChooseStore(ResolvedSettings settings, List<ConfigurationProblem> problems)
    {
        var given = settings.Given(BasicTable.Store);
        var host = settings.Given(PostgresTable.Host);
        var store = given is null && host is not null ? StoreKind.Postgres : settings.Get(BasicTable.Store);
        if (store is StoreKind.Memory or StoreKind.Sqlite or StoreKind.Postgres) return store;
        problems.Add(new($"store: '{Name(store)}' ({given!.Origin}) is not available in this version; it must be sqlite, postgres or memory"));
        return store;
    }

    private static HubOptions BuildHub(ResolvedSettings settings) => new()
    {
        InstanceId = settings.Get(BasicTable.WorkerId),
        Roles = settings.Get(BasicTable.Roles),
        ShutdownTimeout = settings.Get(BasicTable.ShutdownTimeout),
        Retention = settings.Get(RetentionTable.Retention),
        RetentionHard = settings.Get(RetentionTable.RetentionHard),
        RetentionInterval = settings.Get(RetentionTable.RetentionInterval),
        IdempotencyWindow = settings.Get(RetentionTable.IdempotencyWindow),
        PollInterval = settings.Get(DeliveryTable.PollIntervalMs),
        BatchSize = settings.Get(DeliveryTable.BatchSize),
        WebhookTimeout = settings.Get(DeliveryTable.WebhookTimeoutMs),
        StaleTimeout = settings.Get(DeliveryTable.StaleTimeoutSeconds),
        MaxExceptions = settings.Get(DeliveryTable.MaxExceptions),
        BreakerThreshold = settings.Get(DeliveryTable.BreakerThreshold),
        BreakerProbeDelay = settings.Get(DeliveryTable.BreakerProbeDelay),
        MaxEventBytes = settings.Get(LimitTable.MaxEventBytes),
        MaxPendingEvents = settings.Get(LimitTable.MaxPendingEvents),
        MaxPendingBytes = settings.Get(LimitTable.MaxPendingBytes),
        TailCapacity = settings.Get(LimitTable.TailCapacity),
        TailBytes = settings.Get(LimitTable.TailBytes),
    };

    private static string Name(StoreKind store) => store.ToString().ToLowerInvariant();
}
