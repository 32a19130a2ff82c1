using EventHub.Hosting;
using EventHub.Server.Configuration;
using EventHub.Server.Verbs;
using EventHub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventHub.Server.Hosting;

/// <summary>What the log says once the server is up; the last line is the one scripts wait for. Event ids from 400.</summary>
internal static partial class StartupLog
{
    public static void Write(WebApplication app, ServerOptions options)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("EventHub.Server");
        var store = app.Services.GetRequiredService<IHubStore>();
        LogRunning(logger, VersionVerb.Version, store.Name, options.StorePlace, Name(store.Durability), Name(options.Hub.Roles));
        if (!options.IsLoopbackOnly) LogReachable(logger, options.WebhookAllowPrivate ? "may" : "may not");
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        LogListening(logger, string.Join(' ', addresses));
    }

    // As in /health.
    private static string Name(Durability durability) => durability switch
    {
        Durability.None => "none",
        Durability.OsBuffered => "os-buffered",
        Durability.Fsync => "fsync",
        Durability.Replicated => "replicated",
        _ => durability.ToString(),
    };

    private static string Name(HubRoles roles) =>
        string.Join(',', Enum.GetValues<HubRoles>().Where(role => int.IsPow2((int)role) && roles.HasFlag(role)).Select(role => role.ToString().ToLowerInvariant()));

    [LoggerMessage(400, LogLevel.Information, "EventHub {Version}: store {Store} ({Place}), durability {Durability}, roles {Roles}")]
    private static partial void LogRunning(ILogger logger, string version, string store, string place, string durability, string roles);

    [LoggerMessage(401, LogLevel.Warning, "Other machines can reach this server, and it asks nobody who they are: put a proxy that does in front of it. Webhooks {May} call private addresses (webhook_allow_private)")]
    private static partial void LogReachable(ILogger logger, string may);

    [LoggerMessage(402, LogLevel.Information, "EventHub listening on {Addresses}")]
    private static partial void LogListening(ILogger logger, string addresses);
}
