using System.Buffers;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using EventHub.Events;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>
/// An event as a CloudEvent 1.0. One that came as a CloudEvent goes out with the id, time, content type, schema and extensions it came with; any other
/// gets the hub's. Extensions of our own, unless the publisher used the name: <c>sequence</c> (of 20 digits, as that extension must sort as text),
/// <c>organizationid</c>, <c>userid</c>, <c>eventversion</c>.
/// </summary>
internal sealed class OutgoingCloudEvent
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly Event _event;
    private readonly CloudEventAttributes? _arrived;

    public OutgoingCloudEvent(Event source)
    {
        _event = source;
        _arrived = CloudEventAttributes.FromJson(source.CloudEvent);
    }

    /// <summary><c>Content-Type</c> in binary mode; <c>null</c> for none.</summary>
    public string? ContentType => DataContentType is { } sent && WebhookHeaderRules.ValidateValue("Content-Type", sent) is null ? sent : DataKind switch
    {
        "text" => "text/plain; charset=utf-8",
        "base64" => "application/octet-stream",
        "none" => null,
        _ => "application/json",
    };

    private IReadOnlyDictionary<string, JsonElement> Extensions => _arrived?.Extensions ?? ReadOnlyDictionary<string, JsonElement>.Empty;

    private string DataKind => _arrived?.DataKind ?? "json";

    private string? DataContentType => _arrived is null ? "application/json" : _arrived.DataContentType;

    /// <summary>The attributes that binary mode puts in <c>ce-</c> headers: all but the content type. Values as plain text, not yet encoded.</summary>
    public IEnumerable<(string Name, string Value)> HeaderAttributes()
    {
        foreach (var attribute in Attributes()) yield return attribute;
        foreach (var (name, value) in Extensions)
        {
            yield return (name, value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());
        }
    }

    /// <summary>Structured mode, JSON format.</summary>
    public ReadOnlyMemory<byte> ToStructured()
    {
        var output = new ArrayBufferWriter<byte>(_event.Payload.Length + _event.CloudEvent.Length + 512);
        using var writer = new Utf8JsonWriter(output, s_options);
        writer.WriteStartObject();
        foreach (var (name, value) in Attributes()) writer.WriteString(name, value);
        if (DataContentType is { } contentType) writer.WriteString("datacontenttype"u8, contentType);
        foreach (var (name, value) in Extensions)
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }

        if (DataKind != "none")
        {
            writer.WritePropertyName(DataKind == "base64" ? "data_base64"u8 : "data"u8);
            writer.WriteRawValue(_event.Payload.Span, skipInputValidation: true);
        }

        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>The data's own bytes, the body of binary mode.</summary>
    public ReadOnlyMemory<byte> Data()
    {
        if (DataKind == "none") return default;
        if (DataKind is not ("text" or "base64")) return _event.Payload;
        var reader = new Utf8JsonReader(_event.Payload.Span);
        reader.Read();
        if (DataKind == "base64") return reader.GetBytesFromBase64();
        var text = new byte[_event.Payload.Length];
        return text.AsMemory(0, reader.CopyString(text));
    }

    private IEnumerable<(string Name, string Value)> Attributes()
    {
        yield return ("specversion", "1.0");
        yield return ("id", _arrived?.Id ?? _event.Id.ToString());
        yield return ("source", UriReference.From(_event.Source));
        yield return ("type", _event.Type);
        if (!string.IsNullOrEmpty(_event.Subject)) yield return ("subject", _event.Subject);
        if ((_arrived is null ? EventJson.Time(_event.CreatedAt) : _arrived.Time) is { } time) yield return ("time", time);
        if (_arrived?.DataSchema is { } schema) yield return ("dataschema", schema);
        foreach (var (name, value) in OwnExtensions())
        {
            if (!string.IsNullOrEmpty(value) && !Extensions.ContainsKey(name)) yield return (name, value);
        }
    }

    private IEnumerable<(string Name, string? Value)> OwnExtensions()
    {
        yield return ("sequence", _event.Sequence.ToString("D20", CultureInfo.InvariantCulture));
        yield return ("organizationid", _event.OrganizationId);
        yield return ("userid", _event.UserId);
        yield return ("eventversion", _event.Version);
    }
}
