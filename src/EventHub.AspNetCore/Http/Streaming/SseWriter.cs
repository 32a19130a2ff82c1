using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;
using EventHub.Events;
using EventHub.Log;

namespace EventHub.AspNetCore.Http.Streaming;

/// <summary>
/// Writes the blocks of a stream of server-sent events. No line of ours holds a line break but the one that ends it: control characters are
/// escaped in JSON strings, and <see cref="EventJson.WriteStreamBlock"/> leaves none between them.
/// </summary>
internal sealed class SseWriter(PipeWriter output, string epoch)
{
    private readonly byte[] _id = Encoding.ASCII.GetBytes($"id: {epoch}:");

    /// <summary>Bytes written and not yet flushed, roughly.</summary>
    public long Unflushed { get; private set; }

    /// <summary>The first message.</summary>
    public void Connected() => Write("data: {\"type\":\"connected\"}\n\n"u8);

    /// <summary>An event, with its place.</summary>
    public void Event(Event item)
    {
        EventJson.WriteStreamBlock(output, item, epoch);
        Unflushed += item.Size;
    }

    /// <summary>The reader missed something, or may have, and goes on from here.</summary>
    public void Reset(StreamReset reason, long position)
    {
        Id(position);
        Write("data: {\"type\":\"reset\",\"reason\":\""u8);
        Write(Name(reason));
        Write("\"}\n\n"u8);
    }

    /// <summary>The name of a reason.</summary>
    public static ReadOnlySpan<byte> Name(StreamReset reason) => reason switch
    {
        StreamReset.Trimmed => "trimmed"u8,
        StreamReset.Invalid => "invalid"u8,
        StreamReset.Future => "future"u8,
        StreamReset.Epoch => "epoch"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };

    /// <summary>Moves the resume point without a message.</summary>
    public void Position(long position)
    {
        Id(position);
        Write("\n"u8);
    }

    /// <summary>Something to keep the connection alive.</summary>
    public void Comment() => Write(": keep-alive\n\n"u8);

    /// <summary>When to come back after the connection was closed.</summary>
    public void Retry(TimeSpan delay) => Write(Encoding.ASCII.GetBytes($"retry: {(long)delay.TotalMilliseconds}\n\n"));

    /// <summary>Sends what was written; completes when the reader's buffers have room again.</summary>
    public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken)
    {
        Unflushed = 0;
        return output.FlushAsync(cancellationToken);
    }

    private void Id(long sequence)
    {
        Write(_id);
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(sequence, digits, out var length);
        Write(digits[..length]);
        Write("\n"u8);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        Unflushed += bytes.Length;
    }
}
