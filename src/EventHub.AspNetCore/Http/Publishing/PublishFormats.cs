using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http.Publishing;

/// <summary>Tells the forms of a publish apart.</summary>
internal static class PublishFormats
{
    /// <summary>What <c>POST /events</c> takes.</summary>
    public const string Single = "application/json, application/cloudevents+json, application/cloudevents-batch+json, or a CloudEvent in ce- headers";

    /// <summary>What <c>POST /events/batch</c> takes.</summary>
    public const string Batch = "application/json, application/x-ndjson or application/cloudevents-batch+json";

    /// <summary>The form of a request to <c>/events</c>. Without a content type a body is taken for JSON.</summary>
    public static PublishFormat OfEvents(HttpRequest request)
    {
        var mediaType = ContentTypes.MediaType(request);
        // In the order of the CloudEvents HTTP binding: the content type decides, then the headers.
        if (mediaType.StartsWith("application/cloudevents", StringComparison.Ordinal)) return CloudEvents(request, mediaType);
        if (IsBinaryCloudEvent(request.Headers)) return PublishFormat.CloudEventBinary;
        return ContentTypes.IsJsonBody(request) ? PublishFormat.Json : PublishFormat.Unsupported;
    }

    /// <summary>The form of a request to <c>/events/batch</c>.</summary>
    public static PublishFormat OfBatch(HttpRequest request)
    {
        if (ContentTypes.IsJsonBody(request)) return PublishFormat.JsonBatch;
        return ContentTypes.MediaType(request) switch
        {
            _ when ContentTypes.IsOtherCharset(request.ContentType) => PublishFormat.Unsupported,
            ContentTypes.NdJson or "application/ndjson" => PublishFormat.NdJsonBatch,
            ContentTypes.CloudEventBatch => PublishFormat.CloudEventBatch,
            _ => PublishFormat.Unsupported,
        };
    }

    private static PublishFormat CloudEvents(HttpRequest request, string mediaType) => mediaType switch
    {
        _ when ContentTypes.IsOtherCharset(request.ContentType) => PublishFormat.Unsupported,
        ContentTypes.CloudEvent => PublishFormat.CloudEvent,
        ContentTypes.CloudEventBatch => PublishFormat.CloudEventBatch,
        _ => PublishFormat.Unsupported,
    };

    // Any of the required attributes: a CloudEvent that lacks one shall be told so, not be read as something else.
    private static bool IsBinaryCloudEvent(IHeaderDictionary headers) =>
        headers.ContainsKey("ce-specversion") || headers.ContainsKey("ce-id") || headers.ContainsKey("ce-source") || headers.ContainsKey("ce-type");
}
