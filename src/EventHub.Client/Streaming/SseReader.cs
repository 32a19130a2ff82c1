using System.Buffers.Text;
using System.Text;

namespace EventHub.Client.Streaming;

/// <summary>
/// Reads server-sent events block by block. The framework's parser moves the resume point as soon as it reads an <c>id</c>, and hides blocks
/// without data: a connection cut within a block would then lose the event in it, and a position without an event could not be seen. Here an id
/// counts when its block is complete.
/// </summary>
internal sealed class SseReader(Stream stream)
{
    // Far beyond the largest event a hub takes.
    private const int MaxBlockBytes = 256 * 1024 * 1024;

    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;
    private int _scanned;

    /// <summary>The next block; <c>null</c> when the stream has ended. What came of a block that is not complete counts for nothing.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async ValueTask<SseBlock?> ReadAsync(CancellationToken cancellationToken)
    {
        string? id = null;
        TimeSpan? retry = null;
        byte[]? data = null;
        var isEmpty = true;
        while (true)
        {
            if (TryReadLine(out var line))
            {
                if (line.Length == 0)
                {
                    if (!isEmpty) return new SseBlock(id, data, retry);
                    continue;
                }

                var span = line.Span;
                var colon = span.IndexOf((byte)':');
                if (colon == 0)
                {
                    // A comment: the connection is alive.
                    continue;
                }

                isEmpty = false;
                var name = colon < 0 ? span : span[..colon];
                var value = colon < 0 ? default : span[(colon + 1)..];
                if (value.Length > 0 && value[0] == ' ') value = value[1..];
                if (name.SequenceEqual("id"u8)) id = Encoding.UTF8.GetString(value);
                else if (name.SequenceEqual("data"u8)) data = data is null ? value.ToArray() : [.. data, (byte)'\n', .. value];
                else if (name.SequenceEqual("retry"u8) && Utf8Parser.TryParse(value, out int milliseconds, out var used) && used == value.Length && milliseconds >= 0)
                    retry = TimeSpan.FromMilliseconds(milliseconds);
                continue;
            }

            if (!await FillAsync(cancellationToken).ConfigureAwait(false)) return null;
        }
    }

    /// <summary>A line that has ended: by LF, or CR LF.</summary>
    private bool TryReadLine(out ReadOnlyMemory<byte> line)
    {
        var at = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
        if (at < 0)
        {
            _scanned = _end;
            line = default;
            return false;
        }

        at += _scanned;
        var length = at - _start;
        if (length > 0 && _buffer[at - 1] == '\r') length--;
        line = _buffer.AsMemory(_start, length);
        _start = _scanned = at + 1;
        return true;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            (_end, _scanned, _start) = (_end - _start, _scanned - _start, 0);
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= MaxBlockBytes) throw new IOException("The stream has a line that does not end.");
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        return read > 0;
    }
}
