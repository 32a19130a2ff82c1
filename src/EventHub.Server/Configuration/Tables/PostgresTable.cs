using EventHub.Postgres;

namespace EventHub.Server.Configuration.Tables;

/// <summary>How to reach PostgreSQL, part by part.</summary>
internal static class PostgresTable
{
    private const string Group = "PostgreSQL";

    /// <summary>Set: PostgreSQL is the default store.</summary>
    public static readonly ValueSetting<string?> Host = new()
    {
        Key = "db_host", Group = Group, ValueName = "HOST", DefaultText = "none", Default = null, ClassicEnvironment = "DB_HOST",
        Parse = (string text, out string? value) => SettingParsers.Name(text, out value!), Rule = "a host name or address",
        Help = "Host of the database; when set, postgres is the default store.",
    };

    /// <summary>Port of the database.</summary>
    public static readonly ValueSetting<int> Port = new()
    {
        Key = "db_port", Group = Group, ValueName = "PORT", DefaultText = "5432", Default = 5432, ClassicEnvironment = "DB_PORT",
        Parse = SettingParsers.Number(1, 65_535), Rule = "a port from 1 to 65535", Help = "Port of the database.",
    };

    /// <summary>Name of the database.</summary>
    public static readonly ValueSetting<string> Name = new()
    {
        Key = "db_name", Group = Group, ValueName = "NAME", DefaultText = "eventhub", Default = "eventhub", ClassicEnvironment = "DB_NAME",
        Parse = SettingParsers.Name, Rule = "1 to 255 characters", Help = "Name of the database.",
    };

    /// <summary>Who the hub is there.</summary>
    public static readonly ValueSetting<string> User = new()
    {
        Key = "db_user", Group = Group, ValueName = "NAME", DefaultText = "eventhub", Default = "eventhub", ClassicEnvironment = "DB_USER",
        Parse = SettingParsers.Name, Rule = "1 to 255 characters", Help = "User at the database.",
    };

    /// <summary>And its password.</summary>
    public static readonly ValueSetting<string> Password = new()
    {
        Key = "db_password", Group = Group, ValueName = "PASSWORD", DefaultText = "changeme", Default = "changeme", IsSecret = true,
        ClassicEnvironment = "DB_PASSWORD", Parse = SettingParsers.Text, Rule = "a password that is not blank",
        Help = "Password at the database. Better in the environment than on the command line, which other users of the machine can read.",
    };

    /// <summary>The connection budget of this process.</summary>
    public static readonly ValueSetting<int> MaxConnections = new()
    {
        Key = "db_max_connections", Group = Group, ValueName = "N", DefaultText = "20", Default = 20, ClassicEnvironment = "DB_MAX_CONNECTIONS",
        Parse = SettingParsers.Number(PostgresOptions.LeastConnections, 1000), Rule = "a whole number from 6 to 1000",
        Help = "Connections of this process to the database, at most: one each to append, to record deliveries, to ring and to listen, one for keys, the others to read.",
    };

    /// <summary>In the order of help.</summary>
    public static IReadOnlyList<Setting> All { get; } = [Host, Port, Name, User, Password, MaxConnections];
}
