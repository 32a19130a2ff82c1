using System.Net;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>No address of a host may be reached. Carries the text for people through the HTTP handler, from the dial to the outcome.</summary>
internal sealed class AddressNotAllowedException(string host, IPAddress address, string reason) : Exception(
    $"{host} leads to {address} ({reason}), where webhooks may not go; to allow it, add its network to the allowed networks of webhooks"
    + " (or allow private networks, when it is a private or loopback address)")
{
    /// <summary>The address.</summary>
    public IPAddress Address { get; } = address;
}
