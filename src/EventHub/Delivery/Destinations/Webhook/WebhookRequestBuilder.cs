using System.Globalization;
using System.Net;
using System.Reflection;
using EventHub.Routing;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>Builds the request of an attempt.</summary>
/// <param name="signer">Signs it.</param>
/// <param name="random">Makes trace ids.</param>
/// <param name="time">Gives <c>deliveredAt</c> and the signature's time.</param>
internal sealed class WebhookRequestBuilder(WebhookSigner signer, Random random, TimeProvider time)
{
    private static readonly string s_userAgent = "EventHub/" + ProductVersion();

    /// <exception cref="SecretUnusableException">A secret cannot be decrypted.</exception>
    public HttpRequestMessage Build(DeliveryRequest request, WebhookTarget target)
    {
        var now = time.GetUtcNow();
        var source = request.Event;
        var format = target.Destination.Format;
        var cloudEvent = format is WebhookFormat.CloudEvents or WebhookFormat.CloudEventsBinary ? new OutgoingCloudEvent(source) : null;
        var body = WebhookBody.Build(source, format, cloudEvent, now);

        // Version 2 or lower: over TLS the server may choose HTTP/2, without TLS it is HTTP/1.1. "1.1 or higher" would also try HTTP/3, whose
        // connections the address guard does not see.
        var message = new HttpRequestMessage(HttpMethod.Post, target.Uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = new WebhookContent(body.Bytes, request.MayStillSend),
        };
        if (body.ContentType is { } contentType) message.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        var headers = message.Headers;
        headers.TryAddWithoutValidation("User-Agent", s_userAgent);
        headers.TryAddWithoutValidation("X-Message-Id", request.DispatchId);
        headers.TryAddWithoutValidation("X-Event-Id", source.Id.ToString());
        headers.TryAddWithoutValidation("X-Event-Type", HeaderText.Encode(source.Type));
        headers.TryAddWithoutValidation("X-Event-Version", HeaderText.Encode(source.Version));
        headers.TryAddWithoutValidation("X-Delivery-Attempt", request.Attempt.ToString(CultureInfo.InvariantCulture));
        headers.TryAddWithoutValidation("traceparent", TraceParent.Next(source.TraceParent, random));
        signer.Sign(headers, target.Destination.Secrets, request.DispatchId, body.Bytes.Span, now);
        if (format == WebhookFormat.CloudEventsBinary)
        {
            foreach (var (name, value) in cloudEvent!.HeaderAttributes()) headers.TryAddWithoutValidation("ce-" + name, HeaderText.Encode(value));
        }

        foreach (var (name, value) in target.Headers)
        {
            // HttpClient keeps headers such as Content-Language with the content; the request on the wire is the same.
            if (!headers.TryAddWithoutValidation(name, value)) message.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    private static string ProductVersion()
    {
        var version = typeof(WebhookRequestBuilder).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
        var build = version.IndexOf('+', StringComparison.Ordinal);
        return build < 0 ? version : version[..build];
    }
}
