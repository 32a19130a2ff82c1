namespace EventHub.AspNetCore.Hosting;

/// <summary>How RPC is served. A host that wants others registers its own before <c>AddEventHubHttp()</c>.</summary>
public sealed record RpcOptions
{
    /// <summary>Connections open at a time; past it a new one is closed with a message that says so. Default 10,000.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>Streams one connection may have open at a time; past it <c>TOO_MANY_STREAMS</c>. They count among <see cref="StreamOptions.MaxConnections"/> too. Default 100.</summary>
    public int MaxStreamsPerConnection { get; init; } = 100;

    /// <summary>Destinations one connection may serve. Default 100.</summary>
    public int MaxDestinationsPerConnection { get; init; } = 100;

    /// <summary>Calls of one connection that are worked on at a time; further ones wait, and with them what the connection sends. Default 64.</summary>
    public int MaxCallsPerConnection { get; init; } = 64;

    /// <summary>How often a connection that has nothing to say gets a ping. Default 10 s.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a client may be silent, pings included, before it is taken for gone. Default 30 s; clients send a ping every 15 s.</summary>
    public TimeSpan ClientTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
