using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EventHub.Client.Publishing;

/// <summary>Writes the hub's JSON form of an event to publish.</summary>
internal static class NewEventWriter
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes it with its own key or, when it has none, the one given.</summary>
    public static ReadOnlyMemory<byte> Write(NewEvent item, string? key)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentException.ThrowIfNullOrEmpty(item.Type, nameof(item));
        var payload = item.Payload.Json;
        var output = new ArrayBufferWriter<byte>(payload.Length + 256);
        using (var writer = new Utf8JsonWriter(output, s_options))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, item.Type);
            Text(writer, "version"u8, item.Version);
            Text(writer, "source"u8, item.Source);
            Text(writer, "subject"u8, item.Subject);
            Text(writer, "organization_id"u8, item.OrganizationId);
            Text(writer, "user_id"u8, item.UserId);
            Text(writer, "session_id"u8, item.SessionId);
            Text(writer, "schema"u8, item.Schema);
            Text(writer, "entity"u8, item.Entity);
            Text(writer, "operation"u8, item.Operation);
            Text(writer, "idempotency_key"u8, item.IdempotencyKey ?? key);
            if (item.Metadata is { } metadata) Raw(writer, "metadata"u8, metadata.Json);
            Raw(writer, "payload"u8, payload);
            writer.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    /// <summary>Puts events together as a JSON array.</summary>
    public static byte[] Array(IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        var array = new byte[items.Sum(static item => item.Length + 1) + 1];
        array[0] = (byte)'[';
        var at = 1;
        foreach (var item in items)
        {
            item.Span.CopyTo(array.AsSpan(at));
            at += item.Length;
            array[at++] = (byte)',';
        }

        array[at - 1] = (byte)']';
        return array;
    }

    private static void Text(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null) writer.WriteString(name, value);
    }

    private static void Raw(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlyMemory<byte> json)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(json.Span, skipInputValidation: true);
    }
}
