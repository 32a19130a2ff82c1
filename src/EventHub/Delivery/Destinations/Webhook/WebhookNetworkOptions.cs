using System.Net;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>Which addresses webhooks may reach. By default public ones only, so that nobody can have the hub call into the network it runs in.</summary>
public sealed record WebhookNetworkOptions
{
    /// <summary>
    /// Webhooks may reach loopback (127/8, ::1), private (10/8, 172.16/12, 192.168/16) and unique local (fc00::/7) addresses. Not link-local ones and
    /// not the metadata services of clouds: those only through <see cref="AllowedNetworks"/>. Default false.
    /// </summary>
    public bool AllowPrivate { get; init; }

    /// <summary>Networks webhooks may reach whatever else is said here. Default none.</summary>
    public IReadOnlyList<IPNetwork> AllowedNetworks { get; init; } = [];

    /// <summary>Longest time to establish a connection, name resolution and TLS handshake included. More than zero; default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Connections open at a time, to all destinations together. Attempts beyond wait for one, within <see cref="ConnectTimeout"/> and their own timeout.
    /// More than zero, and fewer than the process may have files open; default 50,000.
    /// </summary>
    public int MaxConnections { get; init; } = 50_000;
}
