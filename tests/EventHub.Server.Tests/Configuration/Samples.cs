using EventHub.Server.Configuration;

namespace EventHub.Server.Tests.Configuration;

/// <summary>For every setting three different good values, and bad ones.</summary>
internal static class Samples
{
    private static readonly string[][] Table =
    [
        // key, three good values, bad values …
        ["urls", "http://127.0.0.1:1", "http://[::1]:2", "h2c://*:3;http://localhost:4",
            "127.0.0.1:80", "https://127.0.0.1:443", "http://example.com:80", "http://127.0.0.1:80/path", "http://127.0.0.1:65536", "http://localhost:0", "http://127.0.0.1:1;http://127.0.0.1:1", "http://127.0.0.1:1;h2c://127.0.0.1:1", ";", "http://u:p@127.0.0.1:1"],
        ["data", "/a", "./b", "c", " "],
        ["store", "memory", "sqlite", "redis", "Memory", "mysql", "1", "memory,sqlite", ""],
        ["connection", "a", "b", "c", " "],
        ["roles", "api", "deliver,maintain", "maintain,deliver,api", "publish", "api,api", "API", "api,", ","],
        ["worker_id", "a", "b-2", "host.name", " "],
        ["shutdown_timeout", "0", "90s", "10m", "11m", "10", "-5s", "five"],
        ["retention", "0", "12h", "36500d", "36501d", "1w", "30", "-1d", "1.5d", "999ms", "99999999999999999999d", "d", "30 d", "1h30m"],
        ["retention_hard", "true", "false", "true", "yes", "1", "True"],
        ["retention_interval", "1s", "2m", "1d", "0", "25h"],
        ["idempotency_window", "1s", "2h", "30d", "0", "31d"],
        ["poll_interval_ms", "1", "250", "60000", "0", "60001", "100ms", "1e3", "+5"],
        ["batch_size", "1", "20", "10000", "0", "10001", "-1", "many"],
        ["webhook_timeout_ms", "1", "2500", "600000", "0", "600001", "10s"],
        ["webhook_allowed_networks", "10.0.0.0/8", "192.168.0.0/16,fd00::/8", "127.0.0.1/32", "10.0.0.0", "10.0.0.1/8", "10.0.0.0/33", "all", ","],
        ["webhook_allow_private", "true", "false", "true", "no"],
        ["stale_timeout_seconds", "1", "30", "3600", "0", "3601", "60s"],
        ["max_exceptions", "1", "500", "1000000", "0", "1000001"],
        ["breaker_threshold", "1", "5", "1000000", "0", "1000001"],
        ["breaker_probe_delay", "1ms", "2s", "1m", "0", "61s"],
        ["max_event_bytes", "1024", "2000000", "67108864", "1023", "67108865", "1MiB"],
        ["max_pending_events", "1", "500", "1000000", "0", "1000001"],
        ["max_pending_bytes", "1048576", "2000000", "68719476736", "1", "68719476737"],
        ["tail_capacity", "16", "1024", "1048576", "8", "1000", "2097152"],
        ["tail_bytes", "1048576", "2000000", "68719476736", "1", "68719476737"],
        ["cors_origins", "https://app.example.com", "http://localhost:5173,https://a.example", "http://[::1]:8080",
            "*", "https://*.example.com", "app.example.com", "https://app.example.com/", "https://app.example.com/path", "https://App.example.com", "https://app.example.com:443", "ftp://app.example.com", "https://u@app.example.com", "null", ",", "https://a.example,", "https://grün.example"],
        ["allowed_hosts", "hub.example.com", "hub.example.com,10.0.0.1", "::1", "http://hub.example.com", "hub.example.com:3000", "hub/x", "*", ",", "a,"],
        ["stream_heartbeat", "1s", "15000ms", "5s", "0", "16s", "10"],
        ["stream_write_timeout", "1s", "2m", "10m", "0", "11m"],
        ["max_streams", "1", "500", "1000000", "0", "1000001"],
        ["rpc_max_connections", "1", "500", "1000000", "0", "1000001"],
        ["rpc_max_streams", "1", "500", "10000", "0", "10001"],
        ["rpc_max_destinations", "1", "500", "10000", "0", "10001"],
        ["rpc_max_calls", "1", "500", "10000", "0", "10001"],
        ["rpc_keep_alive", "1s", "5s", "15s", "0", "16s", "10"],
        ["rpc_client_timeout", "20s", "1m", "10m", "19s", "11m", "30"],
        ["log_level", "debug", "warning", "none", "verbose", "Debug", "3"],
        ["log_format", "json", "text", "json", "xml"],
        ["db_host", "a", "b", "c", " "],
        ["db_port", "1", "5433", "65535", "0", "65536"],
        ["db_name", "a", "b", "c", " "],
        ["db_user", "a", "b", "c", " "],
        ["db_password", "a", "b", "c", " "],
        ["db_max_connections", "6", "30", "1000", "5", "1001"],
    ];

    /// <summary>Key and three good values.</summary>
    public static TheoryData<string, string, string, string> Good => [.. Table.Select(row => new TheoryDataRow<string, string, string, string>(row[0], row[1], row[2], row[3]))];

    /// <summary>Key and a bad value.</summary>
    public static TheoryData<string, string> Bad => [.. Table.SelectMany(row => row[4..].Select(bad => new TheoryDataRow<string, string>(row[0], bad)))];

    /// <summary>Keys that have samples.</summary>
    public static IEnumerable<string> Keys => Table.Select(row => row[0]);

    /// <summary>The setting with a key.</summary>
    public static Setting Find(string key) => Settings.All.Single(setting => setting.Key == key);
}
