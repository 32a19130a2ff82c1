using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventHub.Benchmarks.Load;

/// <summary>One reader of a stream: sends the request, takes the chunks of the answer apart, and finds the events in them.</summary>
internal sealed class StreamConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly SentAtScanner _scanner = new();
    private readonly List<byte> _line = [];
    private bool _isInHeaders = true;
    private long _chunkLeft;

    /// <param name="url">The stream.</param>
    /// <param name="receiveBuffer">Bytes the kernel holds for a reader that does not read; 0 for its default.</param>
    public StreamConnection(Uri url, int receiveBuffer = 0)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0) _socket.ReceiveBufferSize = receiveBuffer;
        _socket.Connect(IPEndPoint.Parse(url.Authority));
        _socket.Send(Encoding.ASCII.GetBytes($"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nAccept: text/event-stream\r\n\r\n"));
        _socket.Blocking = false;
    }

    public int Handle => (int)_socket.Handle;

    /// <summary>Bytes that wait to be read.</summary>
    public int Available => _socket.Available;

    /// <summary>The answer has begun: events published from now on come.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Reads what has come.</summary>
    /// <param name="buffer">Room for it.</param>
    /// <param name="found">Told every event's sending time.</param>
    public void Receive(byte[] buffer, Action<long> found)
    {
        var length = _socket.Receive(buffer, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock) return;
        if (error != SocketError.Success || length == 0) throw new IOException($"The server ended the stream ({error}).");
        var rest = buffer.AsSpan(0, length);
        while (rest.Length > 0)
        {
            if (_chunkLeft > 0)
            {
                var piece = rest[..(int)Math.Min(rest.Length, _chunkLeft)];
                _scanner.Scan(piece, found);
                _chunkLeft -= piece.Length;
                rest = rest[piece.Length..];
                IsOpen = true;
                continue;
            }

            var end = rest.IndexOf((byte)'\n');
            _line.AddRange(rest[..(end < 0 ? rest.Length : end + 1)]);
            if (end < 0) break;
            rest = rest[(end + 1)..];
            TakeLine(Encoding.ASCII.GetString([.. _line]).TrimEnd());
            _line.Clear();
        }
    }

    public void Dispose() => _socket.Dispose();

    private void TakeLine(string line)
    {
        if (!_isInHeaders)
        {
            // Between chunks an empty line ends the one before.
            if (line.Length > 0) _chunkLeft = Convert.ToInt64(line, 16);
            return;
        }

        if (line.StartsWith("HTTP/", StringComparison.Ordinal) && line.Split(' ')[1] != "200") throw new IOException($"The stream was refused: {line}");
        _isInHeaders = line.Length > 0;
    }
}
