using EventHub.AspNetCore.Hosting;
using EventHub.Delivery.Destinations.Webhook;
using EventHub.Hosting;
using EventHub.Server.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventHub.Server.Hosting;

/// <summary>Puts the server together.</summary>
internal static class ServerHost
{
    // For what comes after the hub has drained: closing the store, ending connections, sending the last telemetry.
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(10);

    /// <summary>The server, not started.</summary>
    public static WebApplication Build(ServerOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });

        // Settings come from ServerOptions alone: neither an appsettings.json nor ASPNETCORE_ variables have a say.
        builder.Configuration.Sources.Clear();
        LoggingSetup.Configure(builder.Logging, options);
        builder.WebHost.ConfigureKestrel(kestrel => KestrelSetup.Configure(kestrel, options));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Hub.ShutdownTimeout + AfterDrain);
        builder.Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
        builder.Services.AddSingleton(new WebhookNetworkOptions
        {
            AllowPrivate = options.WebhookAllowPrivate, AllowedNetworks = options.WebhookAllowedNetworks, MaxConnections = ConnectionLimit.Find(),
        });
        builder.Services.AddSingleton(options.Streams);
        builder.Services.AddSingleton(options.Rpc);
        builder.Services.AddEventHub(options.Hub).AddStore(options).AddEventHubHttp();
        builder.Services.AddSecretKeys(options);

        var app = builder.Build();
        LeaveOutAuthorization(app);
        app.UseEventHub();
        if (options.AllowedHosts is { } hosts) app.UseEventHubHosts(hosts);
        app.UseEventHubOrigins(options.CorsOrigins);
        app.MapEventHub();
        return app;
    }

    /// <summary>
    /// SignalR registers authorization, and a host with that registered puts its middleware before everything: a dictionary and a state machine for every request of a
    /// server none of whose endpoints asks for it. The host leaves it out when told that it is there; the name of the mark is in ASP.NET's WebApplicationBuilder.
    /// </summary>
    private static void LeaveOutAuthorization(IApplicationBuilder app) => app.Properties["__AuthorizationMiddlewareSet"] = true;
}
