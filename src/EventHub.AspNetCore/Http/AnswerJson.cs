using System.Text.Json;

namespace EventHub.AspNetCore.Http;

/// <summary>The JSON of answers several methods give alike.</summary>
internal static class AnswerJson
{
    /// <summary>Writes <c>{"success":true}</c>.</summary>
    public static void WriteSuccess(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("success"u8, true);
        writer.WriteEndObject();
    }

    /// <summary>Writes <c>{"dispatch_id":…}</c>.</summary>
    public static void WriteRequeued(Utf8JsonWriter writer, string dispatchId)
    {
        writer.WriteStartObject();
        writer.WriteString("dispatch_id"u8, dispatchId);
        writer.WriteEndObject();
    }

    /// <summary>Writes <c>{"items":[…]}</c>.</summary>
    public static void WriteList<T>(Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartObject();
        WriteItems(writer, name, items, write);
        writer.WriteEndObject();
    }

    /// <summary>Writes <c>{"items":[…],"next_cursor":…}</c>.</summary>
    public static void WritePage<T>(Utf8JsonWriter writer, string name, IEnumerable<T> items, string? nextCursor, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartObject();
        WriteItems(writer, name, items, write);
        writer.WriteString("next_cursor"u8, nextCursor);
        writer.WriteEndObject();
    }

    private static void WriteItems<T>(Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (var item in items) write(writer, item);
        writer.WriteEndArray();
    }
}
