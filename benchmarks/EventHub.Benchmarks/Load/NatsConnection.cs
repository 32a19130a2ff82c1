using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace EventHub.Benchmarks.Load;

/// <summary>As much of a NATS client as a load generator needs: one socket, the text protocol, messages without headers.</summary>
internal sealed class NatsConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Native.PollHandle[] _handles;
    private byte[] _input = new byte[1 << 20];
    private int _filled;

    public NatsConnection(int port)
    {
        _socket.Connect(IPAddress.Loopback, port);
        _socket.Blocking = false;
        _handles = [new Native.PollHandle { Handle = (int)_socket.Handle, Wanted = Native.PollIn }];
        Send("CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"bench\",\"version\":\"1\",\"protocol\":1}\r\n");
    }

    /// <summary>What is told of a message: its reply subject (empty when none) and its payload.</summary>
    public delegate void MessageHandler(ReadOnlySpan<byte> reply, ReadOnlySpan<byte> payload);

    public void Subscribe(string subject, int id) => Send($"SUB {subject} {id}\r\n");

    public void Send(string text) => Send(Encoding.ASCII.GetBytes(text));

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var count = _socket.Send(bytes, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock) _socket.Poll(-1, SelectMode.SelectWrite);
            else if (error != SocketError.Success) throw new SocketException((int)error);
            else bytes = bytes[count..];
        }
    }

    /// <summary>Asks the server's API and returns what it answers.</summary>
    /// <exception cref="InvalidOperationException">It answered with an error.</exception>
    public static JsonElement Ask(int port, string subject, string json)
    {
        using var connection = new NatsConnection(port);
        connection.Subscribe("answer", 1);
        connection.Send($"PUB {subject} answer {Encoding.UTF8.GetByteCount(json)}\r\n{json}\r\n");
        JsonElement? answer = null;
        while (answer is null) connection.Receive(30_000_000_000, (_, payload) => answer = JsonElement.Parse(payload));
        return answer.Value.TryGetProperty("error", out var error) ? throw new InvalidOperationException($"JetStream: {subject}: {error}") : answer.Value;
    }

    /// <summary>Waits this long at most for something to come, and tells all messages that are whole.</summary>
    public void Receive(long nanoseconds, MessageHandler take)
    {
        if (Native.Poll(_handles, nanoseconds) == 0) return;
        if (_filled == _input.Length) Array.Resize(ref _input, 2 * _input.Length);
        var count = _socket.Receive(_input.AsSpan(_filled), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock) return;
        if (error != SocketError.Success || count == 0) throw new IOException($"NATS ended the connection ({error}).");
        _filled += count;
        var rest = _input.AsSpan(0, _filled);
        while (TryTake(ref rest, take))
        {
        }

        rest.CopyTo(_input);
        _filled = rest.Length;
    }

    public void Dispose() => _socket.Dispose();

    private bool TryTake(ref Span<byte> rest, MessageHandler take)
    {
        var end = rest.IndexOf("\r\n"u8);
        if (end < 0) return false;
        var line = rest[..end];
        if (!line.StartsWith("MSG "u8))
        {
            if (line.StartsWith("PING"u8)) Send("PONG\r\n");
            if (line.StartsWith("-ERR"u8)) throw new InvalidOperationException($"NATS: {Encoding.ASCII.GetString(line)}");
            rest = rest[(end + 2)..];
            return true;
        }

        // MSG subject id [reply] length
        var afterLength = line.LastIndexOf((byte)' ');
        if (!Utf8Parser.TryParse(line[(afterLength + 1)..], out int length, out _)) throw new FormatException(Encoding.ASCII.GetString(line));
        if (rest.Length < end + 2 + length + 2) return false;
        var head = line[4..afterLength];
        head = head[(head.IndexOf((byte)' ') + 1)..];
        var space = head.IndexOf((byte)' ');
        take(space < 0 ? default : head[(space + 1)..], rest.Slice(end + 2, length));
        rest = rest[(end + 2 + length + 2)..];
        return true;
    }
}
