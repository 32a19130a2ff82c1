namespace EventHub.Delivery.Destinations.Rpc;

/// <summary>A connected client that handles events, or those of a name that are connected to another hub. Whoever speaks with clients implements it and adds it to <see cref="RpcHandlers"/>.</summary>
public interface IRpcConnection
{
    /// <summary>Has the client handle an event, and waits for its answer.</summary>
    /// <param name="item">The event as the client gets it: UTF-8 JSON.</param>
    /// <param name="limit">How long the caller waits at most.</param>
    /// <param name="cancellationToken">Cancelled at the attempt's timeout, and on shutdown; the client may go on all the same.</param>
    /// <returns>The client's answer: <c>complete</c>, <c>ignored</c>, <c>failed</c>, or what it said instead, for people. <c>null</c>: the client is gone and was
    /// not given the event, which another one may handle.</returns>
    /// <exception cref="IOException">The connection was lost before the answer came.</exception>
    /// <exception cref="RpcHandlerException">The client answered with an error.</exception>
    ValueTask<string?> HandleAsync(ReadOnlyMemory<byte> item, TimeSpan limit, CancellationToken cancellationToken);
}
