using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventHub.Tests.Delivery.Destinations.Webhook;

/// <summary>A server that misbehaves as told, per connection.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _serving = [];
    private readonly Task _accepting;
    private int _connections;
    private int _requests;

    public RawServer(Func<RawServer, Socket, CancellationToken, Task> serve, IPAddress? address = null)
    {
        _listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        _accepting = AcceptAsync(serve);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"http://{_listener.LocalEndpoint}/hook";

    public int Connections => Volatile.Read(ref _connections);

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Answers every request with these bytes and closes.</summary>
    public static RawServer Answering(string answer) => new(async (server, socket, cancellationToken) =>
    {
        await server.ReadRequestAsync(socket, cancellationToken);
        await SendAsync(socket, answer, cancellationToken);
    });

    public static async Task SendAsync(Socket socket, string text, CancellationToken cancellationToken) =>
        await socket.SendAsync(Encoding.Latin1.GetBytes(text), cancellationToken);

    /// <summary>Reads one whole request (its length given by Content-Length).</summary>
    public async Task<string> ReadRequestAsync(Socket socket, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer, cancellationToken);
            if (read == 0) throw new IOException("The client closed the connection.");
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            var request = text.ToString();
            var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0) continue;
            var length = request.Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1];
            if (request.Length - end - 4 < int.Parse(length)) continue;
            Interlocked.Increment(ref _requests);
            return request;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_serving);
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<RawServer, Socket, CancellationToken, Task> serve)
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _serving.Add(ServeAsync(serve, socket));
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Func<RawServer, Socket, CancellationToken, Task> serve, Socket socket)
    {
        // Serving that never waits must not hold up accepting.
        await Task.Yield();
        using (socket)
        {
            try
            {
                await serve(this, socket, _stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
            {
                // The client went away, or the test is over.
            }
        }
    }
}
