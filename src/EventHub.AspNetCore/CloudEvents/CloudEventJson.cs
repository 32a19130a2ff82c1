using System.Text.Json;
using EventHub.AspNetCore.Http.Json;
using EventHub.Publishing;

namespace EventHub.AspNetCore.CloudEvents;

/// <summary>Reads a CloudEvent in structured mode (JSON Event Format for CloudEvents 1.0).</summary>
internal static class CloudEventJson
{
    private static readonly KnownFields s_fields = new(
        "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "data", "data_base64")
    {
        IsOpen = true,
    };

    /// <summary>Reads one event.</summary>
    /// <param name="json">The object.</param>
    /// <param name="errors">Takes what is wrong: all of it.</param>
    /// <param name="index">Its index in a batch.</param>
    /// <returns>The event; <c>null</c> when errors were added.</returns>
    public static NewEvent? Read(ReadOnlyMemory<byte> json, List<FieldError> errors, int? index = null)
    {
        var reader = new StrictObjectReader(json, s_fields, errors, index: index);
        var draft = new CloudEventDraft();
        ReadOnlyMemory<byte> data = default;
        var dataKind = JsonTokenType.None;
        string? base64 = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case "specversion": draft.SpecVersion = reader.String(); break;
                case "id": draft.Id = reader.String(); break;
                case "source": draft.Source = reader.String(); break;
                case "type": draft.Type = reader.String(); break;
                case "subject": draft.Subject = reader.String(); break;
                case "time": draft.Time = reader.String(); break;
                case "datacontenttype": draft.DataContentType = reader.String(); break;
                case "dataschema": draft.DataSchema = reader.String(); break;
                case "data": (data, dataKind) = (reader.Raw, reader.Kind); break;
                case "data_base64": base64 = reader.String(); break;
                default: TakeExtension(ref reader, draft, field); break;
            }
        }

        if (reader.IsBroken) return null;
        // Only now: what data is depends on datacontenttype, which may stand after it.
        if (dataKind != JsonTokenType.None && base64 is not null) reader.Add("data_base64", "stands beside data; send one of the two");
        else if (base64 is not null && CloudEventData.TakeBase64(draft, base64) is { } badBase64) reader.Add("data_base64", badBase64);
        else if (dataKind != JsonTokenType.None && CloudEventData.TakeData(draft, data, dataKind) is { } badData) reader.Add("data", badData);
        return CloudEventMapping.Map(draft, static name => name, errors, index);
    }

    private static void TakeExtension(ref StrictObjectReader reader, CloudEventDraft draft, string name)
    {
        if (reader.IsNull) return; // By the specification the same as not there.
        if (draft.Extensions.ContainsKey(name)) reader.Refuse("appears more than once");
        else if (draft.Extensions.Count == CloudEventRules.MaxExtensions) reader.Refuse($"is one extension too many; at most {CloudEventRules.MaxExtensions} are allowed");
        else if (reader.Kind is JsonTokenType.StartObject or JsonTokenType.StartArray) reader.RefuseValue("an extension is a string, a number or a boolean");
        else draft.Extensions.Add(name, JsonElement.Parse(reader.Raw.Span));
    }
}
