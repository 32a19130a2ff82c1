using System.Net;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>Addresses webhooks do not reach unless they are allowed to.</summary>
/// <param name="Network">The addresses.</param>
/// <param name="Name">What they are, for people.</param>
/// <param name="IsPrivate"><see cref="WebhookNetworkOptions.AllowPrivate"/> allows them.</param>
internal sealed record ForbiddenNetwork(IPNetwork Network, string Name, bool IsPrivate = false)
{
    /// <summary>
    /// IPv4 and IPv6, the first that contains an address names it: so the metadata services of clouds stand before the networks they lie in.
    /// From the IANA special-purpose address registries (RFC 6890 and its updates), and the clouds' own pages.
    /// </summary>
    public static IReadOnlyList<ForbiddenNetwork> All { get; } =
    [
        Of("169.254.169.254/32", "cloud metadata service"),
        Of("169.254.170.0/24", "cloud metadata service"),
        Of("168.63.129.16/32", "cloud metadata service"),
        Of("100.100.100.200/32", "cloud metadata service"),
        Of("192.0.0.192/32", "cloud metadata service"),
        Of("fd00:ec2::/32", "cloud metadata service"),
        Of("fd20:ce::254/128", "cloud metadata service"),
        Of("127.0.0.0/8", "loopback", isPrivate: true),
        Of("10.0.0.0/8", "private network", isPrivate: true),
        Of("172.16.0.0/12", "private network", isPrivate: true),
        Of("192.168.0.0/16", "private network", isPrivate: true),
        Of("0.0.0.0/8", "this host"),
        Of("100.64.0.0/10", "carrier-grade NAT"),
        Of("169.254.0.0/16", "link-local"),
        Of("192.0.0.0/24", "protocol assignments"),
        Of("192.0.2.0/24", "documentation"),
        Of("192.88.99.0/24", "6to4 relay"),
        Of("198.18.0.0/15", "benchmarking"),
        Of("198.51.100.0/24", "documentation"),
        Of("203.0.113.0/24", "documentation"),
        Of("224.0.0.0/4", "multicast"),
        Of("255.255.255.255/32", "broadcast"),
        Of("240.0.0.0/4", "reserved"),
        Of("::/128", "unspecified"),
        Of("::1/128", "loopback", isPrivate: true),
        Of("::/96", "IPv4-compatible"),
        Of("64:ff9b:1::/48", "local NAT64"),
        Of("100::/64", "discard-only"),
        Of("2001::/32", "Teredo"),
        Of("2001:db8::/32", "documentation"),
        Of("2001::/23", "protocol assignments"),
        Of("2002::/16", "6to4"),
        Of("3fff::/20", "documentation"),
        Of("fc00::/7", "unique local", isPrivate: true),
        Of("fe80::/10", "link-local"),
        Of("fec0::/10", "site-local"),
        Of("ff00::/8", "multicast"),
    ];

    private static ForbiddenNetwork Of(string network, string name, bool isPrivate = false) => new(IPNetwork.Parse(network), name, isPrivate);
}
