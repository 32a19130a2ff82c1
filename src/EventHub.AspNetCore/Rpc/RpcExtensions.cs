using EventHub.AspNetCore.Hosting;
using EventHub.AspNetCore.Http.Publishing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EventHub.AspNetCore.Rpc;

/// <summary>Adds what <see cref="RpcEndpoints"/> needs.</summary>
internal static class RpcExtensions
{
    // For what a message is made of beside its events.
    private const int MessageOverhead = 64 * 1024;

    public static void AddHubRpc(this IServiceCollection services)
    {
        services.TryAddSingleton(new RpcOptions());
        services.TryAddSingleton<RpcServing>();
        services.TryAddSingleton<RpcPublishing>();
        services.TryAddSingleton<RpcQueries>();
        services.TryAddSingleton<RpcWebhooks>();
        services.TryAddSingleton<RpcStreams>();
        services.TryAddSingleton<RpcErrorFilter>();
        services.AddHostedService<RpcDrain>();
        // Without a call of its own to AddHubOptions a hub has the options all hubs have.
        services.AddSignalR().AddHubOptions<RpcHub>(static _ => { });
        // The last one of a name counts.
        services.AddSingleton<IHubProtocol>(provider => new RpcProtocol(new JsonHubProtocol(provider.GetRequiredService<IOptions<JsonHubProtocolOptions>>())));
        services.AddOptions<HubOptions<RpcHub>>().Configure<RpcOptions, EventHub.Hosting.HubOptions>(Configure);
    }

    private static void Configure(HubOptions<RpcHub> hub, RpcOptions rpc, EventHub.Hosting.HubOptions options)
    {
        hub.SupportedProtocols = ["json"];
        hub.KeepAliveInterval = rpc.KeepAliveInterval;
        hub.ClientTimeoutInterval = rpc.ClientTimeout;
        hub.MaximumParallelInvocationsPerClient = rpc.MaxCallsPerConnection;
        hub.MaximumReceiveMessageSize = BatchLimits.Bytes(options.MaxEventBytes) + MessageOverhead;
        // What goes wrong inside is told by the filter; what is left says what is wrong with a call.
        hub.EnableDetailedErrors = true;
        hub.AddFilter<RpcErrorFilter>();
    }
}
