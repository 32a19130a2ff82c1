using System.Net;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>Makes the one HTTP handler all webhooks share.</summary>
internal static class WebhookHandlerFactory
{
    public static SocketsHttpHandler Create(WebhookDialer dialer, TimeSpan connectTimeout) => new()
    {
        // A redirect or a proxy would lead past the address guard; cookies of one subscription would reach another.
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,

        // No propagator: traceparent is what the request builder writes, once.
        ActivityHeadersPropagator = null,

        // Connections per host are bounded by the concurrency of its subscriptions; a limit here would let one subscription's slow host queue another's.
        MaxConnectionsPerServer = int.MaxValue,
        EnableMultipleHttp2Connections = true,

        // A name that moves is followed within this time, and the guard looks at it again.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        ConnectTimeout = connectTimeout,
        ConnectCallback = (context, cancellationToken) => dialer.ConnectAsync(context.DnsEndPoint, cancellationToken),

        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(15),

        // An answer cut at AnswerBody's cap costs its connection; nothing is read on in the background.
        MaxResponseDrainSize = 0,
        ResponseDrainTimeout = TimeSpan.Zero,
        MaxResponseHeadersLength = 32,
    };
}
