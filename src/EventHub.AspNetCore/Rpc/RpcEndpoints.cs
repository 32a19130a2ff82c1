using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.AspNetCore.Rpc;

/// <summary><c>/rpc</c>.</summary>
internal static class RpcEndpoints
{
    public const string Path = "/rpc";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var write = endpoints.ServiceProvider.GetRequiredService<Hosting.StreamOptions>().WriteTimeout;
        // A client that takes nothing is disconnected; what it holds up until then is its own connection.
        var options = new HttpConnectionDispatcherOptions { TransportSendTimeout = write, Transports = HttpTransports.All };
        options.WebSockets.CloseTimeout = TimeSpan.FromSeconds(5);
        options.LongPolling.PollTimeout = TimeSpan.FromSeconds(60);

        // MapHub would compile every method of the hub while the process starts, a seventh of all a start has to do; the first connection is early enough.
        var hub = new Lazy<HubConnectionHandler<RpcHub>>(endpoints.ServiceProvider.GetRequiredService<HubConnectionHandler<RpcHub>>);
        endpoints.MapConnections(Path, options, connections => connections.Run(connection => hub.Value.OnConnectedAsync(connection)))
            .WithMetadata(new HubMetadata(typeof(RpcHub)));
    }
}
