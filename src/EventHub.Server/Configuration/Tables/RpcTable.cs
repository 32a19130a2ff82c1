namespace EventHub.Server.Configuration.Tables;

/// <summary>How RPC is served.</summary>
internal static class RpcTable
{
    private const string Group = "RPC";

    /// <summary>Connections at a time.</summary>
    public static readonly ValueSetting<int> MaxConnections = new()
    {
        Key = "rpc_max_connections", Group = Group, ValueName = "N", DefaultText = "10000", Default = 10_000,
        Parse = SettingParsers.Number(1, 1_000_000), Rule = "a whole number from 1 to 1000000",
        Help = "RPC clients connected at a time; past it a new one is told so and disconnected.",
    };

    /// <summary>Streams of one connection.</summary>
    public static readonly ValueSetting<int> MaxStreams = new()
    {
        Key = "rpc_max_streams", Group = Group, ValueName = "N", DefaultText = "100", Default = 100,
        Parse = SettingParsers.Number(1, 10_000), Rule = "a whole number from 1 to 10000",
        Help = "Streams one RPC connection may have open at a time; they count among max_streams too.",
    };

    /// <summary>Destinations of one connection.</summary>
    public static readonly ValueSetting<int> MaxDestinations = new()
    {
        Key = "rpc_max_destinations", Group = Group, ValueName = "N", DefaultText = "100", Default = 100,
        Parse = SettingParsers.Number(1, 10_000), Rule = "a whole number from 1 to 10000",
        Help = "Destinations one RPC connection may serve.",
    };

    /// <summary>Calls of one connection.</summary>
    public static readonly ValueSetting<int> MaxCalls = new()
    {
        Key = "rpc_max_calls", Group = Group, ValueName = "N", DefaultText = "64", Default = 64,
        Parse = SettingParsers.Number(1, 10_000), Rule = "a whole number from 1 to 10000",
        Help = "Calls of one RPC connection that are worked on at a time; further ones wait.",
    };

    /// <summary>Time between pings.</summary>
    public static readonly ValueSetting<TimeSpan> KeepAlive = new()
    {
        Key = "rpc_keep_alive", Group = Group, ValueName = "DURATION", DefaultText = "10s", Default = TimeSpan.FromSeconds(10),
        Parse = SettingParsers.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15)), Rule = "a duration from 1s to 15s, such as 10s",
        Help = "How often an RPC connection that has nothing to say gets a ping.",
    };

    /// <summary>Silence that means gone.</summary>
    public static readonly ValueSetting<TimeSpan> ClientTimeout = new()
    {
        Key = "rpc_client_timeout", Group = Group, ValueName = "DURATION", DefaultText = "30s", Default = TimeSpan.FromSeconds(30),
        Parse = SettingParsers.Duration(TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(10)), Rule = "a duration from 20s to 10m, such as 30s",
        Help = "How long an RPC client may be silent before it is taken for gone; clients send a ping every 15s.",
    };

    /// <summary>In the order of help.</summary>
    public static IReadOnlyList<Setting> All { get; } = [MaxConnections, MaxStreams, MaxDestinations, MaxCalls, KeepAlive, ClientTimeout];
}
