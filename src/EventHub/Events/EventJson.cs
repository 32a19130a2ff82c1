using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EventHub.Events;

/// <summary>The JSON form of an event: CONTRACT section 2 for the API, and the same without the derived fields for destinations.</summary>
public static class EventJson
{
    /// <summary>Bytes of a time as <see cref="WriteTime"/> writes it.</summary>
    private const int TimeLength = 24;

    /// <summary>A thread's buffer that grew beyond it for a large event is let go of.</summary>
    private const int MostKept = 256 * 1024;

    // Where a thread serializes into; what is kept of an event is its own, of just the size.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    private static readonly JsonWriterOptions s_options = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>The derived fields of <see cref="EventProgress.Pending"/>, around <c>created_at</c>.</summary>
    private static ReadOnlySpan<byte> LineStatus => ",\"status\":\"pending\",\"retry_count\":0,\"error\":null,\"created_at\":\""u8;

    private static ReadOnlySpan<byte> LineEnd => "\",\"processed_at\":null,\"completed_at\":null}"u8;

    /// <summary>Writes the event as the API shows it, in its property order. The payload's bytes are written as they were sent.</summary>
    public static void Write(IBufferWriter<byte> output, Event source, EventProgress progress)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(progress);
        output.Write("{"u8);
        output.Write(source.JsonFields.Span);
        output.Write(","u8);
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, s_options))
        {
            writer.WriteStartObject();
            writer.WriteString("status"u8, Name(progress.Status));
            writer.WriteNumber("retry_count"u8, progress.RetryCount);
            writer.WriteString("error"u8, progress.Error);
            writer.WriteString("created_at"u8, Time(source.CreatedAt));
            writer.WriteString("processed_at"u8, progress.ProcessedAt is { } processed ? Time(processed) : null);
            writer.WriteString("completed_at"u8, progress.CompletedAt is { } completed ? Time(completed) : null);
            writer.WriteEndObject();
        }

        output.Write(buffer.WrittenSpan[1..]);
    }

    /// <summary>
    /// Writes the event as the API shows it right after its publish, on one line, as streams and consumers get it: what never changes of it is
    /// serialized once for all of them, so the derived fields are those of <see cref="EventProgress.Pending"/>. Line breaks between the tokens of the
    /// payload become spaces; within its strings there are none.
    /// </summary>
    public static void WriteLine(IBufferWriter<byte> output, Event source)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(source);
        output.Write(source.JsonLine.Span);
    }

    /// <summary>
    /// Writes the event as a block of a stream of server-sent events: its place in the log as the id, and the event on one line. Serialized once for
    /// all streams.
    /// </summary>
    /// <param name="output">Takes it.</param>
    /// <param name="source">The event.</param>
    /// <param name="epoch">Identity of the log the event is of.</param>
    public static void WriteStreamBlock(IBufferWriter<byte> output, Event source, string epoch)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(source);
        output.Write(source.StreamBlock(epoch).Span);
    }

    /// <summary>What <see cref="WriteLine"/> writes.</summary>
    internal static byte[] SerializeLine(Event source)
    {
        var line = new byte[LineLength(source)];
        FillLine(line, source);
        return line;
    }

    /// <summary>What <see cref="WriteStreamBlock"/> writes.</summary>
    internal static byte[] SerializeStreamBlock(Event source, string epoch)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {epoch}:{source.Sequence}\ndata: {{\"type\":\"event\",\"event\":"));
        var end = "}\n\n"u8;
        var length = LineLength(source);
        var block = new byte[head.Length + length + end.Length];
        head.CopyTo(block, 0);
        FillLine(block.AsSpan(head.Length, length), source);
        end.CopyTo(block.AsSpan(head.Length + length));
        return block;
    }

    private static int LineLength(Event source) => 1 + source.JsonFields.Length + LineStatus.Length + TimeLength + LineEnd.Length;

    private static void FillLine(Span<byte> line, Event source)
    {
        var fields = source.JsonFields.Span;
        line[0] = (byte)'{';
        var rest = line[1..];
        fields.CopyTo(rest);
        rest[..fields.Length].Replace((byte)'\n', (byte)' ');
        rest[..fields.Length].Replace((byte)'\r', (byte)' ');
        rest = rest[fields.Length..];
        LineStatus.CopyTo(rest);
        WriteTime(source.CreatedAt, rest.Slice(LineStatus.Length, TimeLength));
        LineEnd.CopyTo(rest[(LineStatus.Length + TimeLength)..]);
    }

    /// <summary>Writes the event as destinations get it: the lasting fields, and <c>timestamp</c> as well as <c>created_at</c>.</summary>
    public static void WriteForDestination(IBufferWriter<byte> output, Event source)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(source);
        WriteOpenForDestination(output, source);
        output.Write("}"u8);
    }

    /// <summary>As <see cref="WriteForDestination(IBufferWriter{byte}, Event)"/>, with members of the destination's own at the end.</summary>
    /// <param name="output">Takes it.</param>
    /// <param name="source">The event.</param>
    /// <param name="more">Writes at least one member into the object.</param>
    public static void WriteForDestination(IBufferWriter<byte> output, Event source, Action<Utf8JsonWriter> more)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(more);
        var members = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(members, s_options))
        {
            writer.WriteStartObject();
            more(writer);
            writer.WriteEndObject();
        }

        WriteOpenForDestination(output, source);
        output.Write(","u8);
        output.Write(members.WrittenSpan[1..]);
    }

    /// <summary>The name of a status in JSON.</summary>
    public static string Name(EventStatus status) => status switch
    {
        EventStatus.Pending => "pending",
        EventStatus.Processing => "processing",
        EventStatus.Completed => "completed",
        EventStatus.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    /// <summary>RFC 3339, UTC, milliseconds.</summary>
    public static string Time(DateTimeOffset time) => string.Concat(time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture).AsSpan(0, TimeLength - 1), "Z");

    /// <summary>RFC 3339, UTC, milliseconds: 24 bytes.</summary>
    public static void WriteTime(DateTimeOffset time, Span<byte> output)
    {
        // The round-trip format has a path of its own, much faster than one that is spelled out; of its decimals three are wanted.
        Span<byte> whole = stackalloc byte[28];
        time.UtcDateTime.TryFormat(whole, out _, "O", CultureInfo.InvariantCulture);
        whole[..(TimeLength - 1)].CopyTo(output);
        output[TimeLength - 1] = (byte)'Z';
    }

    private static void WriteOpenForDestination(IBufferWriter<byte> output, Event source)
    {
        output.Write("{"u8);
        output.Write(source.JsonFields.Span);
        Span<byte> time = stackalloc byte[TimeLength];
        WriteTime(source.CreatedAt, time);
        output.Write(",\"timestamp\":\""u8);
        output.Write(time);
        output.Write("\",\"created_at\":\""u8);
        output.Write(time);
        output.Write("\""u8);
    }

    internal static byte[] SerializeFields(Event source)
    {
        var buffer = t_buffer ??= new ArrayBufferWriter<byte>(4096);
        var writer = t_writer ??= new Utf8JsonWriter(buffer, s_options);
        buffer.ResetWrittenCount();
        writer.Reset();
        writer.WriteStartObject();
        writer.WriteString("id"u8, source.Id);
        writer.WriteNumber("sequence"u8, source.Sequence);
        writer.WriteString("type"u8, source.Type);
        writer.WriteString("version"u8, source.Version);
        writer.WriteString("source"u8, source.Source);
        writer.WriteString("subject"u8, source.Subject);
        writer.WritePropertyName("payload"u8);
        writer.WriteRawValue(source.Payload.Span, skipInputValidation: true);
        writer.WritePropertyName("metadata"u8);
        writer.WriteRawValue(source.Metadata.IsEmpty ? "{}"u8 : source.Metadata.Span, skipInputValidation: true);
        writer.WriteString("organization_id"u8, source.OrganizationId);
        writer.WriteString("user_id"u8, source.UserId);
        writer.WriteString("session_id"u8, source.SessionId);
        writer.WriteString("instance_id"u8, source.InstanceId);
        writer.WriteString("schema"u8, source.Schema);
        writer.WriteString("entity"u8, source.Entity);
        writer.WriteString("operation"u8, source.Operation);
        writer.WriteEndObject();
        writer.Flush();
        var fields = buffer.WrittenSpan[1..^1].ToArray();
        if (buffer.Capacity > MostKept) (t_buffer, t_writer) = (null, null);
        return fields;
    }
}
