using EventHub.AspNetCore.Hosting;
using EventHub.AspNetCore.Http;
using EventHub.Delivery.Destinations.Rpc;
using EventHub.Routing;
using Microsoft.AspNetCore.SignalR;

namespace EventHub.AspNetCore.Rpc;

/// <summary>The clients that are connected, and what they serve.</summary>
internal sealed class RpcServing(IHubContext<RpcHub> hub, RpcHandlers handlers, RpcRelay relay, SubscriptionService subscriptions, RpcOptions options)
{
    private int _connected;

    /// <summary>A client has connected.</summary>
    /// <exception cref="HubException">There are too many already; the client is told, and disconnected.</exception>
    public void Enter(HubCallerContext context)
    {
        if (Interlocked.Increment(ref _connected) > options.MaxConnections)
        {
            Interlocked.Decrement(ref _connected);
            throw new HubException($"TOO_MANY_CONNECTIONS: {options.MaxConnections} clients are connected, which is the limit; try again later");
        }

        var connection = new RpcConnection(hub.Clients.Client(context.ConnectionId), context.ConnectionAborted);
        new RpcClientState(options, connection).AttachTo(context);
    }

    /// <summary>A client that had entered has gone.</summary>
    public void Leave(HubCallerContext context)
    {
        Interlocked.Decrement(ref _connected);
        handlers.Remove(RpcClientState.Of(context).Connection);
    }

    /// <summary>From now on, until it disconnects, the client handles events for a destination.</summary>
    public async Task ServeAsync(RawJson destination, HubCallerContext context)
    {
        var name = RpcArguments.Text(destination, "destination");
        if (SubscriptionValidator.ValidateRpcName(name) is { } error) throw Problem.Invalid([error]).Exception();
        var client = RpcClientState.Of(context);
        client.AddDestination(name);
        await subscriptions.MarkServedAsync(name, context.ConnectionAborted);
        handlers.Add(name, client.Connection);
        // It may have gone meanwhile, and been taken away before it was added.
        if (context.ConnectionAborted.IsCancellationRequested) handlers.Remove(client.Connection);
        await relay.AnnouncedAsync(context.ConnectionAborted);
    }
}
