using System.Net;
using System.Net.Sockets;
using EventHub.Delivery.Destinations;

namespace EventHub.Tests.Delivery.Destinations.Webhook;

public sealed class WebhookMisbehaviourTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refused_connection_says_so()
    {
        // Bound and not listening: nobody else can listen there meanwhile.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        AssertNetworkError(await Webhooks.SendAsync($"http://{socket.LocalEndPoint}/hook"), "refused the connection");
    }

    [Fact]
    public async Task A_reset_connection_says_so_and_the_request_is_not_repeated()
    {
        await using var server = new RawServer(async (server, socket, cancellationToken) =>
        {
            await server.ReadRequestAsync(socket, cancellationToken);
            socket.LingerState = new LingerOption(true, 0);
        });
        AssertNetworkError(await Webhooks.SendAsync(server.Url), "reset the connection");
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task A_connection_closed_without_an_answer_says_so_and_the_request_is_not_repeated()
    {
        await using var server = new RawServer((server, socket, cancellationToken) => server.ReadRequestAsync(socket, cancellationToken));
        AssertNetworkError(await Webhooks.SendAsync(server.Url), "closed the connection");
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task A_request_that_broke_on_a_connection_used_before_is_not_repeated()
    {
        await using var server = new RawServer(async (server, socket, cancellationToken) =>
        {
            await server.ReadRequestAsync(socket, cancellationToken);
            await RawServer.SendAsync(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", cancellationToken);
            await server.ReadRequestAsync(socket, cancellationToken);
        });
        using var client = Webhooks.Client();
        Assert.Equal(AttemptKind.Complete, (await client.SendAsync(Webhooks.Request(server.Url), Token)).Kind);
        Assert.Equal(AttemptKind.NetworkError, (await client.SendAsync(Webhooks.Request(server.Url), Token)).Kind);
        Assert.Equal(2, server.Requests);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task An_answer_that_is_no_http_says_so()
    {
        await using var server = RawServer.Answering("SSH-2.0-OpenSSH_9.2\r\n\r\n");
        AssertNetworkError(await Webhooks.SendAsync(server.Url), "valid HTTP");
    }

    [Fact]
    public async Task Headers_without_end_are_cut()
    {
        await using var server = new RawServer(async (server, socket, cancellationToken) =>
        {
            await server.ReadRequestAsync(socket, cancellationToken);
            await RawServer.SendAsync(socket, "HTTP/1.1 200 OK\r\n", cancellationToken);
            while (true) await RawServer.SendAsync(socket, $"X-More: {new string('x', 1000)}\r\n", cancellationToken);
        });
        AssertNetworkError(await Webhooks.SendAsync(server.Url), "limit");
    }

    [Fact]
    public async Task A_server_without_tls_says_so()
    {
        await using var server = new RawServer(async (_, socket, cancellationToken) =>
        {
            // What is closed with something unread is reset, and the answer may be lost.
            await socket.ReceiveAsync(new byte[16 * 1024], cancellationToken);
            await RawServer.SendAsync(socket, "HTTP/1.1 400 Bad Request\r\n\r\n", cancellationToken);
        });
        AssertNetworkError(await Webhooks.SendAsync(server.Url.Replace("http:", "https:", StringComparison.Ordinal)), "TLS with 127.0.0.1");
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_says_so()
    {
        using var client = Webhooks.Client(lookup: _ => throw new SocketException((int)SocketError.HostNotFound));
        AssertNetworkError(await client.SendAsync(Webhooks.Request("http://nowhere.example/hook"), Token), "nowhere.example does not resolve");
    }

    [Fact]
    public async Task A_name_without_addresses_says_so()
    {
        using var client = Webhooks.Client(lookup: _ => Task.FromResult<IPAddress[]>([]));
        AssertNetworkError(await client.SendAsync(Webhooks.Request("http://nowhere.example/hook"), Token), "nowhere.example does not resolve");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1000\r\n", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n", "", false)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "", false)]
    public async Task A_body_without_end_is_cut_and_its_connection_dropped(string head, string chunkHead, bool chunked)
    {
        var dropped = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new RawServer(async (server, socket, cancellationToken) =>
        {
            await server.ReadRequestAsync(socket, cancellationToken);
            await RawServer.SendAsync(socket, head, cancellationToken);
            var sent = 0L;
            try
            {
                for (; ; sent += 4096) await RawServer.SendAsync(socket, chunkHead + new string('x', 4096) + (chunked ? "\r\n" : ""), cancellationToken);
            }
            catch (SocketException)
            {
                dropped.TrySetResult(sent);
            }
        });
        using var client = Webhooks.Client();
        var outcome = await client.SendAsync(Webhooks.Request(server.Url), Token);
        Assert.Equal(AttemptKind.Complete, outcome.Kind);
        Assert.Equal(new string('x', 1000), outcome.ResponseBody);
        Assert.InRange(await dropped.Task.WaitAsync(TimeSpan.FromSeconds(120), Token), 0, 64 * 1024 * 1024);
    }

    [Fact]
    public async Task A_dripping_body_ends_with_the_callers_timeout()
    {
        var dripped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new RawServer(async (server, socket, cancellationToken) =>
        {
            await server.ReadRequestAsync(socket, cancellationToken);
            await RawServer.SendAsync(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx", cancellationToken);
            dripped.SetResult();
            await server.ReadRequestAsync(socket, cancellationToken);
        });
        using var client = Webhooks.Client();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var sending = client.SendAsync(Webhooks.Request(server.Url), timeout.Token).AsTask();
        await dripped.Task.WaitAsync(Token);
        Assert.False(sending.IsCompleted);
        await timeout.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal(timeout.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task A_server_that_never_answers_ends_with_the_callers_timeout()
    {
        var received = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new RawServer(async (server, socket, cancellationToken) =>
        {
            await server.ReadRequestAsync(socket, cancellationToken);
            received.SetResult();
            await server.ReadRequestAsync(socket, cancellationToken);
        });
        using var client = Webhooks.Client();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var sending = client.SendAsync(Webhooks.Request(server.Url), timeout.Token).AsTask();
        await received.Task.WaitAsync(Token);
        await timeout.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task Cancelled_before_it_begins_dials_nothing()
    {
        await using var server = RawServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using var client = Webhooks.Client();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.SendAsync(Webhooks.Request(server.Url), new CancellationToken(true)).AsTask());
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task A_connection_that_does_not_come_about_is_a_network_error()
    {
        // The server accepts and never shakes hands: the connect timeout covers TLS too.
        await using var server = new RawServer((_, _, cancellationToken) => new TaskCompletionSource().Task.WaitAsync(cancellationToken));
        var network = Webhooks.Loopback with { ConnectTimeout = TimeSpan.FromMilliseconds(50) };
        AssertNetworkError(await Webhooks.SendAsync(server.Url.Replace("http:", "https:", StringComparison.Ordinal), network), "in time");
    }

    [Fact]
    public async Task An_address_where_nothing_answers_is_no_connection_in_time()
    {
        // There is room for one connection that nobody accepts; the packets of the next are dropped.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        using var first = new TcpClient();
        await first.ConnectAsync((IPEndPoint)listener.LocalEndPoint!, Token);
        var network = Webhooks.Loopback with { ConnectTimeout = TimeSpan.FromMilliseconds(50) };
        AssertNetworkError(await Webhooks.SendAsync($"http://{listener.LocalEndPoint}/hook", network), $"no connection to {listener.LocalEndPoint} in time");
    }

    [Fact]
    public async Task A_success_cut_short_is_a_network_error()
    {
        await using var server = RawServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npartly");
        var outcome = await Webhooks.SendAsync(server.Url);
        AssertNetworkError(outcome, "closed the connection");
        Assert.Equal(200, outcome.HttpStatus);
    }

    [Theory]
    [InlineData(410, AttemptKind.Gone)]
    [InlineData(413, AttemptKind.Rejected)]
    [InlineData(503, AttemptKind.Failed)]
    public async Task A_refusal_cut_short_stands(int status, AttemptKind kind)
    {
        await using var server = RawServer.Answering($"HTTP/1.1 {status} No\r\nContent-Length: 100\r\n\r\npartly");
        Assert.Equal(kind, (await Webhooks.SendAsync(server.Url)).Kind);
    }

    [Fact]
    public async Task Switching_protocols_is_no_answer()
    {
        await using var server = new RawServer(async (server, socket, cancellationToken) =>
        {
            await server.ReadRequestAsync(socket, cancellationToken);
            await RawServer.SendAsync(socket, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", cancellationToken);
            await server.ReadRequestAsync(socket, cancellationToken);
        });
        Assert.Equal(AttemptKind.Failed, (await Webhooks.SendAsync(server.Url)).Kind);
    }

    private static void AssertNetworkError(AttemptOutcome outcome, string text)
    {
        Assert.Equal(AttemptKind.NetworkError, outcome.Kind);
        Assert.Contains(text, outcome.Error, StringComparison.Ordinal);
    }
}
