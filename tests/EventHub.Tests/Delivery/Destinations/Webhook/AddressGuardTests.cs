using System.Net;
using EventHub.Delivery.Destinations.Webhook;

namespace EventHub.Tests.Delivery.Destinations.Webhook;

public sealed class AddressGuardTests
{
    public static TheoryData<string, string> Private => new()
    {
        { "127.0.0.0", "loopback" }, { "127.0.0.1", "loopback" }, { "127.255.255.255", "loopback" },
        { "10.0.0.0", "private network" }, { "10.255.255.255", "private network" },
        { "172.16.0.0", "private network" }, { "172.31.255.255", "private network" },
        { "192.168.0.0", "private network" }, { "192.168.255.255", "private network" },
        { "::1", "loopback" },
        { "fc00::", "unique local" }, { "fdff:ffff::1", "unique local" },
        { "::ffff:127.0.0.1", "loopback" }, { "::ffff:10.1.2.3", "private network" },
        { "64:ff9b::127.0.0.1", "loopback" }, { "64:ff9b::c0a8:1", "private network" },
    };

    public static TheoryData<string, string> Forbidden => new()
    {
        { "169.254.169.254", "cloud metadata service" }, { "169.254.170.2", "cloud metadata service" }, { "168.63.129.16", "cloud metadata service" },
        { "100.100.100.200", "cloud metadata service" }, { "192.0.0.192", "cloud metadata service" }, { "fd00:ec2::254", "cloud metadata service" },
        { "fd20:ce::254", "cloud metadata service" }, { "::ffff:169.254.169.254", "cloud metadata service" }, { "64:ff9b::a9fe:a9fe", "cloud metadata service" },
        { "0.0.0.0", "this host" }, { "0.255.255.255", "this host" },
        { "100.64.0.0", "carrier-grade NAT" }, { "100.127.255.255", "carrier-grade NAT" },
        { "169.254.0.0", "link-local" }, { "169.254.255.255", "link-local" },
        { "192.0.0.1", "protocol assignments" },
        { "192.0.2.1", "documentation" }, { "198.51.100.1", "documentation" }, { "203.0.113.255", "documentation" },
        { "192.88.99.1", "6to4 relay" },
        { "198.18.0.0", "benchmarking" }, { "198.19.255.255", "benchmarking" },
        { "224.0.0.1", "multicast" }, { "239.255.255.255", "multicast" },
        { "240.0.0.0", "reserved" }, { "255.255.255.254", "reserved" }, { "255.255.255.255", "broadcast" },
        { "::", "unspecified" }, { "::7f00:1", "IPv4-compatible" }, { "::8.8.8.8", "IPv4-compatible" },
        { "::ffff:0.0.0.0", "this host" }, { "::ffff:255.255.255.255", "broadcast" },
        { "64:ff9b::224.0.0.1", "multicast" }, { "64:ff9b:1::7f00:1", "local NAT64" }, { "64:ff9b:1:ffff::808:808", "local NAT64" },
        { "100::1", "discard-only" },
        { "2001::1", "Teredo" }, { "2001:0:ffff::", "Teredo" }, { "2001:2::1", "protocol assignments" }, { "2001:20::1", "protocol assignments" },
        { "2001:db8::1", "documentation" }, { "3fff:fff::1", "documentation" },
        { "2002:7f00:1::", "6to4" }, { "2002:808:808::1", "6to4" },
        { "fe80::1", "link-local" }, { "fe80::a9fe:a9fe", "link-local" }, { "febf::1", "link-local" }, { "fec0::1", "site-local" },
        { "ff02::1", "multicast" }, { "5f00::1", "reserved" }, { "4000::1", "reserved" }, { "::ffff:0:7f00:1", "reserved" },
    };

    public static TheoryData<string> Public => new()
    {
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "126.255.255.255", "128.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
        "100.63.255.255", "100.128.0.0", "169.253.255.255", "169.255.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "192.0.1.0", "192.0.3.0",
        "2606:4700:4700::1111", "2001:4860:4860::8888", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808",
    };

    [Theory]
    [MemberData(nameof(Private))]
    [MemberData(nameof(Forbidden))]
    public void By_default_only_public_addresses_are_reached(string address, string reason) =>
        Assert.Equal(reason, new AddressGuard(new WebhookNetworkOptions()).Check(IPAddress.Parse(address)));

    [Theory]
    [MemberData(nameof(Public))]
    public void Public_addresses_are_reached(string address) =>
        Assert.Null(new AddressGuard(new WebhookNetworkOptions()).Check(IPAddress.Parse(address)));

    [Theory]
    [MemberData(nameof(Private))]
    public void Private_ones_are_when_they_are_allowed(string address, string reason)
    {
        Assert.NotEmpty(reason);
        Assert.Null(new AddressGuard(Webhooks.Loopback).Check(IPAddress.Parse(address)));
    }

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void Allowing_private_ones_allows_no_other(string address, string reason) =>
        Assert.Equal(reason, new AddressGuard(Webhooks.Loopback).Check(IPAddress.Parse(address)));

    [Theory]
    [InlineData("169.254.169.254/32", "169.254.169.254")]
    [InlineData("169.254.169.254/32", "::ffff:169.254.169.254")]
    [InlineData("169.254.169.254/32", "64:ff9b::a9fe:a9fe")]
    [InlineData("fd00:ec2::254/128", "fd00:ec2::254")]
    [InlineData("10.1.0.0/16", "10.1.2.3")]
    [InlineData("64:ff9b:1::/48", "64:ff9b:1::7f00:1")]
    [InlineData("fe80::/10", "fe80::1")]
    public void A_network_can_be_allowed(string network, string address) =>
        Assert.Null(new AddressGuard(new WebhookNetworkOptions { AllowedNetworks = [IPNetwork.Parse(network)] }).Check(IPAddress.Parse(address)));

    [Fact]
    public void A_network_that_is_allowed_allows_no_other()
    {
        var guard = new AddressGuard(new WebhookNetworkOptions { AllowedNetworks = [IPNetwork.Parse("10.1.0.0/16")] });
        Assert.Equal("private network", guard.Check(IPAddress.Parse("10.2.0.1")));
    }
}
