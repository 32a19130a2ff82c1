using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventHub.Benchmarks.Load;

/// <summary>One keep-alive connection with at most one request under way.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _input = new byte[64 * 1024];
    private int _filled;

    public LoadConnection(IPEndPoint endpoint)
    {
        _socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect(endpoint);
        _socket.Blocking = false;
    }

    public int Handle => (int)_socket.Handle;

    /// <summary>When the request under way was to be sent; 0 when none is.</summary>
    public long SentAt { get; private set; }

    public void Send(byte[] request, long sentAt)
    {
        SentAt = sentAt;
        for (var sent = 0; sent < request.Length;)
        {
            var count = _socket.Send(request.AsSpan(sent), SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock) _socket.Poll(-1, SelectMode.SelectWrite);
            else if (error != SocketError.Success) throw new SocketException((int)error);
            else sent += count;
        }
    }

    /// <summary>Reads what has come. The status of the answer once it is whole, otherwise 0.</summary>
    public int Receive()
    {
        var count = _socket.Receive(_input.AsSpan(_filled), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock) return 0;
        if (error != SocketError.Success || count == 0) throw new IOException($"The server ended the connection ({error}).");
        _filled += count;
        if (!AnswerParser.TryParse(_input.AsSpan(0, _filled), out var status)) return 0;
        LastAnswer = status is >= 200 and < 300 ? "" : Encoding.UTF8.GetString(_input, 0, _filled);
        _filled = 0;
        SentAt = 0;
        return status;
    }

    /// <summary>The last answer that was not a success.</summary>
    public string LastAnswer { get; private set; } = "";

    public void Dispose() => _socket.Dispose();
}
