using EventHub.Server.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace EventHub.Server.Hosting;

/// <summary>One line per entry on the standard output; what the framework tells below a warning only at <c>debug</c> and <c>trace</c>.</summary>
internal static class LoggingSetup
{
    private const string Timestamp = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";

    public static void Configure(ILoggingBuilder logging, ServerOptions options)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(options.LogLevel);
        logging.AddFilter("Microsoft", options.LogLevel <= LogLevel.Debug ? options.LogLevel : Max(options.LogLevel, LogLevel.Warning));

        // "No XML encryptor configured": see SecretKeys for why there is none.
        logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", Max(options.LogLevel, LogLevel.Error));

        // Its category makes a span of every request, which nobody listens to; traces of publishes are the hub's own.
        if (options.LogLevel > LogLevel.Debug) logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        // Failures to bind are told by ServerRunner, in one line.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", Max(options.LogLevel, LogLevel.Critical));
        if (options.LogFormat == LogFormat.Json) logging.AddJsonConsole(SetJson);
        else logging.AddSimpleConsole(SetSingleLine);
    }

    private static void SetSingleLine(SimpleConsoleFormatterOptions console)
    {
        console.SingleLine = true;
        SetTimestamp(console);
    }

    private static void SetJson(JsonConsoleFormatterOptions console) => SetTimestamp(console);

    private static void SetTimestamp(ConsoleFormatterOptions console)
    {
        console.TimestampFormat = Timestamp;
        console.UseUtcTimestamp = true;
    }

    private static LogLevel Max(LogLevel left, LogLevel right) => left > right ? left : right;
}
