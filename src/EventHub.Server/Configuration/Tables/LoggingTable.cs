using Microsoft.Extensions.Logging;

namespace EventHub.Server.Configuration.Tables;

/// <summary>What is logged.</summary>
internal static class LoggingTable
{
    private const string Group = "Logging";

    /// <summary>Least severe level.</summary>
    public static readonly ValueSetting<LogLevel> Level = new()
    {
        Key = "log_level", Group = Group, ValueName = "LEVEL", DefaultText = "information", Default = LogLevel.Information, Parse = SettingParsers.Level,
        Rule = "trace, debug, information, warning, error, critical or none", Help = "Least severe level that is logged.",
    };

    /// <summary>What lines look like.</summary>
    public static readonly ValueSetting<LogFormat> Format = new()
    {
        Key = "log_format", Group = Group, ValueName = "FORMAT", DefaultText = "text", Default = LogFormat.Text, Parse = SettingParsers.Word,
        Rule = "text or json", Help = "One line of text, or one JSON object, per entry.",
    };

    /// <summary>In the order of help.</summary>
    public static IReadOnlyList<Setting> All { get; } = [Level, Format];
}
