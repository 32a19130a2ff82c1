using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventHub.Client.Webhooks;

/// <summary>Durations as an array of seconds.</summary>
internal sealed class SecondsListConverter : JsonConverter<IReadOnlyList<TimeSpan>>
{
    private static readonly SecondsConverter s_seconds = new();

    public override IReadOnlyList<TimeSpan> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var list = new List<TimeSpan>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) list.Add(s_seconds.Read(ref reader, typeof(TimeSpan), options));
        return list;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<TimeSpan> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var item in value) s_seconds.Write(writer, item, options);
        writer.WriteEndArray();
    }
}
