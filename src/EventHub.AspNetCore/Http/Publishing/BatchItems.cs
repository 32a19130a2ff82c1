using System.Text.Json;
using EventHub.Publishing;

namespace EventHub.AspNetCore.Http.Publishing;

/// <summary>Cuts a batch into its items without looking into them.</summary>
internal static class BatchItems
{
    // Deep enough that an item nested too deep is found by who reads the item, and named.
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = 1000 };

    /// <summary>The items of a JSON array.</summary>
    /// <returns>Their bytes; empty when errors were added.</returns>
    public static List<ReadOnlyMemory<byte>> OfArray(ReadOnlyMemory<byte> json, List<FieldError> errors)
    {
        var items = new List<ReadOnlyMemory<byte>>();
        try
        {
            var reader = new Utf8JsonReader(json.Span, s_options);
            if (json.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0 || !reader.Read() || reader.TokenType != JsonTokenType.StartArray)
                return Refuse(errors, "must be a JSON array of events");
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (items.Count == BatchLimits.MaxEvents) return Refuse(errors, $"has more than {BatchLimits.MaxEvents} events");
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                items.Add(json[start..(int)reader.BytesConsumed]);
            }

            reader.Read(); // Throws when something follows the array.
        }
        catch (JsonException e)
        {
            return Refuse(errors, $"is not valid JSON (item {items.Count}): {e.Message}");
        }

        return items.Count == 0 ? Refuse(errors, "is an empty batch; send 1 to 1000 events") : items;
    }

    /// <summary>The lines of newline-delimited JSON; blank ones do not count.</summary>
    /// <returns>Their bytes; empty when errors were added.</returns>
    public static List<ReadOnlyMemory<byte>> OfLines(ReadOnlyMemory<byte> text, List<FieldError> errors)
    {
        var items = new List<ReadOnlyMemory<byte>>();
        while (!text.IsEmpty)
        {
            var end = text.Span.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (line.Span.IndexOfAnyExcept(" \t\r"u8) < 0) continue;
            if (items.Count == BatchLimits.MaxEvents) return Refuse(errors, $"has more than {BatchLimits.MaxEvents} events");
            items.Add(line);
        }

        return items.Count == 0 ? Refuse(errors, "is an empty batch; send 1 to 1000 events") : items;
    }

    private static List<ReadOnlyMemory<byte>> Refuse(List<FieldError> errors, string message)
    {
        errors.Add(new FieldError("body", message));
        return [];
    }
}
