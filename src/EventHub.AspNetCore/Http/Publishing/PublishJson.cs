using System.Text.Json;
using EventHub.Storage;

namespace EventHub.AspNetCore.Http.Publishing;

/// <summary>The JSON form of what became of a publish (CONTRACT section 3).</summary>
internal static class PublishJson
{
    /// <summary>Writes the properties of one event's place into an object that is open.</summary>
    /// <param name="writer">Takes them.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="isDuplicate">It was there already.</param>
    /// <param name="latency">Milliseconds from request to answer.</param>
    public static void WritePlace(Utf8JsonWriter writer, AppendedEvent place, bool isDuplicate, double latency)
    {
        writer.WriteString("event_id"u8, place.Id);
        writer.WriteNumber("sequence"u8, place.Sequence);
        writer.WriteString("message"u8, isDuplicate ? "Event already exists"u8 : "Event accepted for processing"u8);
        writer.WriteNumber("latency_ms"u8, latency);
    }

    /// <summary>Writes the places of a batch as an object.</summary>
    public static void WriteBatch(Utf8JsonWriter writer, IReadOnlyList<AppendedEvent> events)
    {
        writer.WriteStartObject();
        writer.WriteNumber("accepted"u8, events.Count);
        writer.WriteStartArray("events"u8);
        foreach (var place in events)
        {
            writer.WriteStartObject();
            writer.WriteString("event_id"u8, place.Id);
            writer.WriteNumber("sequence"u8, place.Sequence);
            writer.WriteBoolean("duplicate"u8, place.IsDuplicate);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
