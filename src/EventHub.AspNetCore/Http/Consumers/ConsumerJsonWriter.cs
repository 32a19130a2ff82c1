using System.Text.Json;
using EventHub.Consumers;
using EventHub.Events;

namespace EventHub.AspNetCore.Http.Consumers;

/// <summary>The JSON form of consumers.</summary>
internal static class ConsumerJsonWriter
{
    /// <summary>Writes a consumer as an object.</summary>
    public static void Write(Utf8JsonWriter writer, ConsumerInfo consumer)
    {
        var record = consumer.Record;
        writer.WriteStartObject();
        writer.WriteString("name"u8, record.Name);
        writer.WriteStartArray("events"u8);
        foreach (var pattern in record.Events) writer.WriteStringValue(pattern);
        writer.WriteEndArray();
        writer.WriteString("start"u8, record.Start);
        writer.WriteNumber("cursor"u8, record.Cursor);
        writer.WriteNumber("head"u8, consumer.Head);
        writer.WriteNumber("lag"u8, consumer.Lag);
        writer.WriteString("held_by"u8, record.Holder);
        writer.WriteString("held_until"u8, record.HeldUntil is { } until ? EventJson.Time(until) : null);
        writer.WriteString("created_at"u8, EventJson.Time(record.CreatedAt));
        writer.WriteString("updated_at"u8, EventJson.Time(record.UpdatedAt));
        writer.WriteEndObject();
    }
}
