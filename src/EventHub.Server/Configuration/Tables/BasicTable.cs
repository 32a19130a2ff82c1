using System.Net;
using EventHub.Hosting;

namespace EventHub.Server.Configuration.Tables;

/// <summary>Where the server listens, what it keeps where, and what it does.</summary>
internal static class BasicTable
{
    private const string Group = "Basics";

    /// <summary>Where to listen.</summary>
    public static readonly ValueSetting<IReadOnlyList<ListenAddress>> Urls = new()
    {
        Key = "urls", Group = Group, ValueName = "URL[;URL]", DefaultText = "http://127.0.0.1:3000", Separator = ';',
        Default = [new ListenAddress(IPAddress.Loopback, 3000)], Parse = ListenAddress.TryParseAll,
        ClassicEnvironment = "PORT", FromClassic = port => $"http://127.0.0.1:{port}",
        Rule = "http://ADDRESS:PORT (or h2c:// for HTTP/2 alone), separated by ';', where ADDRESS is an IP address, localhost or * (all addresses) and PORT is 0 to 65535 (0: any free one, not with localhost); "
            + "put a proxy in front for https",
        Help = "Where to listen: http://… for HTTP/1.1, h2c://… for HTTP/2 in clear text. PORT gives the port alone, on 127.0.0.1. The hub has no user accounts of its own: let others reach it through a proxy that has.",
    };

    /// <summary>The data directory.</summary>
    public static readonly ValueSetting<string> Data = new()
    {
        Key = "data", Group = Group, ValueName = "DIR", DefaultText = "./data", Default = "./data", Parse = SettingParsers.Text,
        Rule = "a directory", Help = "Directory of everything the hub keeps: the log, subscriptions, keys. Made when missing. One process at a time. Not used with postgres.",
    };

    /// <summary>The store.</summary>
    public static readonly ValueSetting<StoreKind> Store = new()
    {
        Key = "store", Group = Group, ValueName = "STORE", DefaultText = "sqlite; postgres when db_host is set", Default = StoreKind.Sqlite,
        Parse = SettingParsers.Word, Rule = "memory, sqlite, postgres, redis or nats",
        Help = "Where events are kept: sqlite (a file in the data directory), postgres (a database that several processes may share) or memory (gone with the process). redis and nats are not in this version.",
    };

    /// <summary>How to reach the store.</summary>
    public static readonly ValueSetting<string?> Connection = new()
    {
        Key = "connection", Group = Group, ValueName = "STRING", DefaultText = "per store", Default = null, IsSecret = true,
        Parse = (string text, out string? value) => !string.IsNullOrWhiteSpace(value = text), Rule = "a connection string",
        Help = "How to reach the database, in place of the db_ settings: postgresql://USER:PASSWORD@HOST:PORT/NAME or Npgsql's Host=…;Database=…. sqlite and memory take none.",
    };

    /// <summary>The configuration file.</summary>
    public static readonly ValueSetting<string?> Config = new()
    {
        Key = "config", Group = Group, ValueName = "FILE", DefaultText = "./eventhub.yaml when present", Default = null, NotInFile = true,
        Parse = (string text, out string? value) => !string.IsNullOrWhiteSpace(value = text), Rule = "a file",
        Help = "YAML file with settings, one 'key: value' a line.",
    };

    /// <summary>What the process does.</summary>
    public static readonly ValueSetting<HubRoles> Roles = new()
    {
        Key = "roles", Group = Group, ValueName = "ROLE[,ROLE]", DefaultText = "api,deliver,maintain", Separator = ',', Default = HubRoles.All,
        Parse = SettingParsers.Roles, Rule = "api, deliver, maintain or several of them separated by ',', each once",
        Help = "What this process does: take events in and answer queries, deliver, upkeep.",
    };

    /// <summary>Name of the process.</summary>
    public static readonly ValueSetting<string> WorkerId = new()
    {
        Key = "worker_id", Group = Group, ValueName = "NAME", DefaultText = "the host's name", Default = System.Environment.MachineName,
        ClassicEnvironment = "WORKER_ID", Parse = SettingParsers.Name, Rule = "1 to 255 characters",
        Help = "Name of this process, in events' instance_id and as owner of leases.",
    };

    /// <summary>How long a stop may take.</summary>
    public static readonly ValueSetting<TimeSpan> ShutdownTimeout = new()
    {
        Key = "shutdown_timeout", Group = Group, ValueName = "DURATION", DefaultText = "25s", Default = TimeSpan.FromSeconds(25),
        Parse = SettingParsers.Duration(TimeSpan.Zero, TimeSpan.FromMinutes(10)), Rule = "a duration from 0 to 10m, such as 25s",
        Help = "How long a stop waits for deliveries in flight. Those cut off are made again after the next start.",
    };

    /// <summary>In the order of help.</summary>
    public static IReadOnlyList<Setting> All { get; } = [Urls, Data, Store, Connection, Config, Roles, WorkerId, ShutdownTimeout];
}
