using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace EventHub.Client;

/// <summary>A JSON value as UTF-8 bytes, checked to be one when it is made. Text and bytes are taken as they stand.</summary>
public readonly record struct JsonPayload
{
    private readonly ReadOnlyMemory<byte> _json;

    private JsonPayload(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = 1000 });
        try
        {
            reader.Read();
            reader.Skip();
            if (reader.Read()) throw new JsonException("More than one value.");
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"It is not JSON: {e.Message} Text must be JSON text, so a string needs quotes of its own.", nameof(json), e);
        }

        _json = json;
    }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Json => _json.IsEmpty ? throw new InvalidOperationException("A payload is needed; for none use JsonPayload.Null.") : _json;

    /// <summary>The JSON value <c>null</c>.</summary>
    public static JsonPayload Null { get; } = new("null"u8.ToArray());

    /// <summary>Takes JSON text.</summary>
    /// <exception cref="ArgumentException">It is not JSON.</exception>
    public static JsonPayload FromText(string json) => new(Encoding.UTF8.GetBytes(json));

    /// <summary>Takes JSON as UTF-8; the bytes are not copied and must not change until the publish has ended.</summary>
    /// <exception cref="ArgumentException">It is not JSON.</exception>
    public static JsonPayload FromBytes(ReadOnlyMemory<byte> json) => new(json);

    /// <summary>Writes a node.</summary>
    public static JsonPayload FromNode(JsonNode? node) => FromText(node?.ToJsonString() ?? "null");

    /// <summary>Writes an object, by its source-generated form.</summary>
    public static JsonPayload From<T>(T value, JsonTypeInfo<T> type) => new(JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <summary>Takes JSON text.</summary>
    public static implicit operator JsonPayload(string json) => FromText(json);

    /// <summary>Takes JSON as UTF-8.</summary>
    public static implicit operator JsonPayload(ReadOnlyMemory<byte> json) => FromBytes(json);

    /// <summary>Takes JSON as UTF-8.</summary>
    public static implicit operator JsonPayload(byte[] json) => FromBytes(json);

    /// <summary>Writes a node.</summary>
    public static implicit operator JsonPayload(JsonNode? node) => FromNode(node);

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(_json.Span);
}
