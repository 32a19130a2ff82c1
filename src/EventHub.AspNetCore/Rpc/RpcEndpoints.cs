using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.AspNetCore.Rpc;

/// <summary><c>/rpc</c>.</summary>
internal static class RpcEndpoints
{
    public const string Path = "/rpc";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var write = endpoints.ServiceProvider.GetRequiredService<Hosting.StreamOptions>().WriteTimeout;
        endpoints.MapHub<RpcHub>(Path, connection =>
        {
            // A client that takes nothing is disconnected; what it holds up until then is its own connection.
            connection.TransportSendTimeout = write;
            connection.WebSockets.CloseTimeout = TimeSpan.FromSeconds(5);
            connection.LongPolling.PollTimeout = TimeSpan.FromSeconds(60);
            connection.Transports = HttpTransports.All;
        });
    }
}
