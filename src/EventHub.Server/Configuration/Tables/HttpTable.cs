namespace EventHub.Server.Configuration.Tables;

/// <summary>Who may use the HTTP interface, and how streams are served.</summary>
internal static class HttpTable
{
    private const string Group = "HTTP";

    /// <summary>Origins whose pages may use the hub.</summary>
    public static readonly ValueSetting<IReadOnlyList<string>> CorsOrigins = new()
    {
        Key = "cors_origins", Group = Group, ValueName = "ORIGIN[,ORIGIN]", DefaultText = "none", Default = [], Separator = ',', Parse = SettingParsers.Origins,
        Rule = "origins as browsers send them, separated by ',', such as https://app.example.com or http://localhost:5173: lower case, no path, no '/' at the end, no default port, no wildcards",
        Help = "Origins whose pages may use the hub from a browser, cookies included. Those of others are answered 403; the hub's own and programs that are no browsers need no permission.",
    };

    /// <summary>Names the hub is asked for by.</summary>
    public static readonly ValueSetting<IReadOnlyList<string>> AllowedHosts = new()
    {
        Key = "allowed_hosts", Group = Group, ValueName = "HOST[,HOST]", DefaultText = "any, or on a loopback address only localhost", Default = [], Separator = ',', Parse = SettingParsers.Hosts,
        Rule = "names or addresses without scheme, port or path, separated by ',', such as hub.example.com",
        Help = "Names the hub may be asked for by (Host), for proxies that keep the name they were asked for. Others are answered 403, so that no page can have its own name point at the hub.",
    };

    /// <summary>Time between comments.</summary>
    public static readonly ValueSetting<TimeSpan> StreamHeartbeat = new()
    {
        Key = "stream_heartbeat", Group = Group, ValueName = "DURATION", DefaultText = "10s", Default = TimeSpan.FromSeconds(10),
        Parse = SettingParsers.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15)), Rule = "a duration from 1s to 15s, such as 10s",
        Help = "How often a live stream gets a comment, so that nothing in between takes its connection for dead.",
    };

    /// <summary>Deadline of a write.</summary>
    public static readonly ValueSetting<TimeSpan> StreamWriteTimeout = new()
    {
        Key = "stream_write_timeout", Group = Group, ValueName = "DURATION", DefaultText = "30s", Default = TimeSpan.FromSeconds(30),
        Parse = SettingParsers.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)), Rule = "a duration from 1s to 10m, such as 30s",
        Help = "How long a live stream's reader may leave its buffers full before it is disconnected; it may resume.",
    };

    /// <summary>Streams at a time.</summary>
    public static readonly ValueSetting<int> MaxStreams = new()
    {
        Key = "max_streams", Group = Group, ValueName = "N", DefaultText = "10000", Default = 10_000,
        Parse = SettingParsers.Number(1, 1_000_000), Rule = "a whole number from 1 to 1000000",
        Help = "Live streams and waiting polls open at a time; past it 503.",
    };

    /// <summary>In the order of help.</summary>
    public static IReadOnlyList<Setting> All { get; } = [CorsOrigins, AllowedHosts, StreamHeartbeat, StreamWriteTimeout, MaxStreams];
}
