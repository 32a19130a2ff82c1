using System.Net;
using System.Net.Sockets;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>
/// Says which addresses webhooks may reach. It is asked with the addresses about to be dialled, never with names: however a URL is written and whatever its
/// name resolves to next time, what counts is where the connection goes.
/// </summary>
/// <param name="options">What is allowed beyond public addresses.</param>
public sealed class AddressGuard(WebhookNetworkOptions options)
{
    private static readonly IPNetwork s_globalUnicast = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork s_nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>What an address is that webhooks may not reach, for example <c>private network</c>; <c>null</c> when they may.</summary>
    public string? Check(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (options.AllowedNetworks.Any(network => network.Contains(address))) return null;
        if (Embedded(address) is { } embedded) return Check(embedded);
        foreach (var forbidden in ForbiddenNetwork.All)
        {
            if (forbidden.Network.Contains(address)) return forbidden.IsPrivate && options.AllowPrivate ? null : forbidden.Name;
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6 && !s_globalUnicast.Contains(address) ? "reserved" : null;
    }

    /// <summary>The IPv4 address that a connection to an IPv6 one ends at: IPv4-mapped, or through the well-known NAT64 prefix.</summary>
    private static IPAddress? Embedded(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : s_nat64.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(12))
        : null;
}
