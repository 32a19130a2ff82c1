using System.Net;
using EventHub.Delivery.Destinations;
using EventHub.Delivery.Destinations.Webhook;

namespace EventHub.Tests.Delivery.Destinations.Webhook;

/// <summary>The guard at work: what is dialled, with real listeners.</summary>
public sealed class WebhookAddressTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_that_resolves_to_a_forbidden_address_is_not_dialled()
    {
        await using var server = RawServer.Answering(Ok);
        using var client = Webhooks.Client(new WebhookNetworkOptions(), lookup: _ => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        var outcome = await client.SendAsync(Webhooks.Request($"http://innocent.example:{server.Port}/"), Token);
        Assert.Equal(AttemptKind.NetworkError, outcome.Kind);
        Assert.Contains("innocent.example leads to 127.0.0.1 (loopback)", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("allowed networks", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task A_name_that_moves_to_a_forbidden_address_is_not_dialled_there()
    {
        // 127.0.0.2 stands for the public address the name had when it was checked first.
        await using var inside = new RawServer((_, _, _) => Task.CompletedTask, IPAddress.Loopback);
        var answers = new Queue<IPAddress>([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback]);
        var network = new WebhookNetworkOptions { AllowedNetworks = [IPNetwork.Parse("127.0.0.2/32")] };
        using var client = Webhooks.Client(network, lookup: _ => Task.FromResult<IPAddress[]>([answers.Dequeue()]));
        var request = Webhooks.Request($"http://rebinding.example:{inside.Port}/");
        Assert.Contains("refused", (await client.SendAsync(request, Token)).Error, StringComparison.Ordinal);
        Assert.Contains("(loopback)", (await client.SendAsync(request, Token)).Error, StringComparison.Ordinal);
        Assert.Equal(0, inside.Connections);
    }

    [Fact]
    public async Task Of_several_addresses_only_the_allowed_ones_are_dialled()
    {
        await using var allowed = new RawServer(
            async (server, socket, cancellationToken) =>
            {
                await server.ReadRequestAsync(socket, cancellationToken);
                await RawServer.SendAsync(socket, Ok, cancellationToken);
            },
            IPAddress.Parse("127.0.0.2"));
        var network = new WebhookNetworkOptions { AllowedNetworks = [IPNetwork.Parse("127.0.0.2/32")] };
        using var client = Webhooks.Client(network, lookup: _ => Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.Parse("10.0.0.1"), IPAddress.Parse("127.0.0.2")]));
        Assert.Equal(AttemptKind.Complete, (await client.SendAsync(Webhooks.Request($"http://mixed.example:{allowed.Port}/"), Token)).Kind);
    }

    [Fact]
    public async Task An_address_that_refuses_is_followed_by_the_next()
    {
        await using var receiver = await Receiver.StartAsync();
        using var client = Webhooks.Client(lookup: _ => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.3"), IPAddress.Loopback]));
        Assert.Equal(AttemptKind.Complete, (await client.SendAsync(Webhooks.Request($"http://two.example:{receiver.Port}/"), Token)).Kind);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("0x7f000001")]
    [InlineData("0177.0.0.1")]
    [InlineData("127.1")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("localhost")]
    public async Task However_an_address_is_written_it_is_the_same_address(string host)
    {
        await using var receiver = await Receiver.StartAsync();
        var url = $"http://{host}:{receiver.Port}/";
        var refused = await Webhooks.SendAsync(url, new WebhookNetworkOptions());
        Assert.Equal(host == "localhost" ? AttemptKind.NetworkError : AttemptKind.Misconfigured, refused.Kind);
        Assert.Contains("(loopback)", refused.Error, StringComparison.Ordinal);
        Assert.Empty(receiver.Requests);
        Assert.Equal(AttemptKind.Complete, (await Webhooks.SendAsync(url)).Kind);
        Assert.Single(receiver.Requests);
    }

    [Fact]
    public async Task A_slow_name_server_is_asked_once_for_all_who_wait()
    {
        await using var receiver = await Receiver.StartAsync();
        var answer = new TaskCompletionSource<IPAddress[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = 0;
        var lookups = new SharedLookups(_ =>
        {
            asked++;
            return answer.Task;
        });
        var waiting = Enumerable.Range(0, 10).Select(_ => lookups.ResolveAsync("slow.example", Token)).ToArray();
        answer.SetResult([IPAddress.Loopback]);
        await Task.WhenAll(waiting);
        Assert.Equal(1, asked);
        await lookups.ResolveAsync("slow.example", Token);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Attempts_share_connections()
    {
        await using var receiver = await Receiver.AnsweringAsync(200, "ok");
        using var client = Webhooks.Client();
        for (var i = 0; i < 5; i++) await client.SendAsync(Webhooks.Request(receiver.Url), Token);
        Assert.Single(receiver.Requests.Select(request => request.ConnectionId).Distinct());
    }
}
