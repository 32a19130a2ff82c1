using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;
using EventHub.AspNetCore.Http;
using EventHub.AspNetCore.Http.Json;
using Microsoft.Net.Http.Headers;

namespace EventHub.AspNetCore.CloudEvents;

/// <summary>Makes a payload, which is always JSON, of a CloudEvent's data, which may be anything.</summary>
internal static class CloudEventData
{
    /// <summary>Takes the body of binary mode.</summary>
    /// <returns>What is wrong with it; <c>null</c> when nothing is.</returns>
    public static string? TakeBody(CloudEventDraft draft, ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty) return null;
        var mediaType = MediaType(draft.DataContentType);
        if (mediaType is null || ContentTypes.IsJson(mediaType))
        {
            var problem = JsonText.Validate(body, out var value);
            if (problem is null) Set(draft, "json", value.ToArray());
            // Only data that calls itself JSON has to be JSON.
            if (problem is null || mediaType is not null) return problem;
        }

        if ((mediaType is null || ContentTypes.IsText(mediaType)) && !ContentTypes.IsOtherCharset(draft.DataContentType) && Utf8.IsValid(body.Span))
            Set(draft, "text", ToJsonString(body.Span));
        else
            Set(draft, "base64", ToBase64String(body.Span));
        return null;
    }

    /// <summary>Takes <c>data</c> of structured mode: a JSON value that was checked.</summary>
    /// <returns>What is wrong with it; <c>null</c> when nothing is.</returns>
    public static string? TakeData(CloudEventDraft draft, ReadOnlyMemory<byte> json, JsonTokenType kind)
    {
        var isJson = MediaType(draft.DataContentType) is not { } mediaType || ContentTypes.IsJson(mediaType);
        if (!isJson && kind != JsonTokenType.String) return $"must be a string, because datacontenttype is '{StrictQuery.Printable(draft.DataContentType!)}'";
        Set(draft, isJson ? "json" : "text", json.ToArray());
        return null;
    }

    /// <summary>Takes <c>data_base64</c> of structured mode.</summary>
    /// <returns>What is wrong with it; <c>null</c> when nothing is.</returns>
    public static string? TakeBase64(CloudEventDraft draft, string base64)
    {
        if (!Base64.IsValid(base64)) return "is not base64";
        if (MediaType(draft.DataContentType) is not { } mediaType || !ContentTypes.IsJson(mediaType))
        {
            Set(draft, "base64", ToBase64String(Convert.FromBase64String(base64)));
            return null;
        }

        var problem = JsonText.Validate(Convert.FromBase64String(base64), out var value);
        if (problem is not null) return $"holds, by datacontenttype, JSON, but {problem}";
        Set(draft, "json", value.ToArray());
        return null;
    }

    private static void Set(CloudEventDraft draft, string kind, ReadOnlyMemory<byte> payload)
    {
        draft.DataKind = kind;
        draft.Payload = payload;
    }

    private static string? MediaType(string? contentType) =>
        !string.IsNullOrEmpty(contentType) && MediaTypeHeaderValue.TryParse(contentType, out var parsed) ? parsed.MediaType.Value?.ToLowerInvariant() : null;

    private static byte[] ToJsonString(ReadOnlySpan<byte> utf8)
    {
        var buffer = new ArrayBufferWriter<byte>(utf8.Length + 16);
        using (var writer = new Utf8JsonWriter(buffer, JsonAnswer.Options)) writer.WriteStringValue(utf8);
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] ToBase64String(ReadOnlySpan<byte> bytes)
    {
        var json = new byte[Base64.GetMaxEncodedToUtf8Length(bytes.Length) + 2];
        json[0] = json[^1] = (byte)'"';
        Base64.EncodeToUtf8(bytes, json.AsSpan(1), out _, out _);
        return json;
    }
}
