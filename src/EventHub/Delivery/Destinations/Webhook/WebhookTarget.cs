using System.Runtime.CompilerServices;
using EventHub.Routing;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>A webhook destination made ready once: its URL parsed, its headers checked.</summary>
internal sealed class WebhookTarget
{
    // Keyed by the destination object: it lives as long as the version of the subscription it belongs to.
    private static readonly ConditionalWeakTable<WebhookDestination, WebhookTarget> s_known = [];

    private WebhookTarget(WebhookDestination destination)
    {
        Destination = destination;
        Headers = [.. destination.Headers];
        Error = WebhookUrlRules.Validate(destination.Url) is { } url ? "the webhook's URL " + url
            : WebhookHeaderRules.Validate(destination.Headers) is { } headers ? "the webhook " + headers
            : null;
        Uri = Error is null ? new Uri(destination.Url) : new Uri("about:blank");
    }

    public WebhookDestination Destination { get; }

    /// <summary>Where to; meaningless when there is an <see cref="Error"/>.</summary>
    public Uri Uri { get; }

    public KeyValuePair<string, string>[] Headers { get; }

    /// <summary>Why no request can be made; <c>null</c> when one can.</summary>
    public string? Error { get; }

    public static WebhookTarget Of(WebhookDestination destination) => s_known.GetValue(destination, static d => new WebhookTarget(d));
}
