using System.Text.Json;
using System.Text.Unicode;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>Checks that bytes are one JSON value every consumer can read.</summary>
internal static class JsonText
{
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = JsonLimits.MaxDepth };

    /// <summary>Checks the bytes.</summary>
    /// <param name="json">All of it.</param>
    /// <param name="value">The value without the white space around it.</param>
    /// <returns>What is wrong, to be read on from the field's name; <c>null</c> when nothing is.</returns>
    public static string? Validate(ReadOnlyMemory<byte> json, out ReadOnlyMemory<byte> value)
    {
        value = default;
        if (!Utf8.IsValid(json.Span)) return "contains bytes that are not UTF-8";
        try
        {
            var reader = new Utf8JsonReader(json.Span, s_options);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            value = json[start..(int)reader.BytesConsumed];
            reader.Read(); // Throws when something follows the value.
        }
        catch (JsonException e)
        {
            return $"is not valid JSON: {e.Message}";
        }

        return SurrogateScan.HasLoneSurrogate(value.Span) ? "contains half of a surrogate pair" : null;
    }
}
