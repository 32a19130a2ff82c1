using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace EventHub.AspNetCore.Http;

/// <summary>Tells content types apart.</summary>
internal static class ContentTypes
{
    public const string Json = "application/json";
    public const string NdJson = "application/x-ndjson";
    public const string CloudEvent = "application/cloudevents+json";
    public const string CloudEventBatch = "application/cloudevents-batch+json";

    /// <summary>The media type of a request's body, in lower case and without parameters; empty when there is none or it cannot be read.</summary>
    public static string MediaType(HttpRequest request)
    {
        var header = request.ContentType;
        if (header is null or Json) return header ?? "";
        return MediaTypeHeaderValue.TryParse(header, out var parsed) && parsed.MediaType.HasValue ? parsed.MediaType.Value.ToLowerInvariant() : "";
    }

    /// <summary>Whether a header names a character set that is not UTF-8 or a part of it.</summary>
    public static bool IsOtherCharset(string? header) =>
        header is not (null or Json)
        && MediaTypeHeaderValue.TryParse(header, out var parsed)
        && parsed.Charset is { HasValue: true, Length: > 0 }
        && HeaderUtilities.RemoveQuotes(parsed.Charset).ToString().ToLowerInvariant() is not ("utf-8" or "utf8" or "us-ascii");

    /// <summary>Whether a body of this media type is JSON.</summary>
    public static bool IsJson(string mediaType) => mediaType is Json or "text/json" || mediaType.EndsWith("+json", StringComparison.Ordinal);

    /// <summary>Whether a body of this media type is text.</summary>
    public static bool IsText(string mediaType) =>
        mediaType.StartsWith("text/", StringComparison.Ordinal)
        || mediaType is "application/xml" or "application/yaml" or "application/javascript" or "application/x-www-form-urlencoded"
        || mediaType.EndsWith("+xml", StringComparison.Ordinal)
        || mediaType.EndsWith("+yaml", StringComparison.Ordinal);

    /// <summary>Whether a body is to be read as JSON: it says so in UTF-8, or says nothing.</summary>
    public static bool IsJsonBody(HttpRequest request) =>
        (string.IsNullOrEmpty(request.ContentType) || MediaType(request) == Json) && !IsOtherCharset(request.ContentType);

    /// <summary>Answers 415.</summary>
    /// <param name="context">The request.</param>
    /// <param name="supported">What would have been taken.</param>
    public static Task Refuse(HttpContext context, string supported)
    {
        var sent = StrictQuery.Printable(context.Request.ContentType ?? "");
        return ProblemJson.Write(
            context, StatusCodes.Status415UnsupportedMediaType, "Unsupported media type", $"Content-Type is '{sent}'; send {supported}, in UTF-8");
    }
}
