namespace EventHub.Delivery.Destinations.Rpc;

/// <summary>The clients of one name that are connected to another hub.</summary>
internal sealed class RelayedClients(RpcRelay relay, string node, string name) : IRpcConnection
{
    public ValueTask<string?> HandleAsync(ReadOnlyMemory<byte> item, TimeSpan limit, CancellationToken cancellationToken) =>
        relay.CallAsync(node, name, item, limit, cancellationToken);
}
