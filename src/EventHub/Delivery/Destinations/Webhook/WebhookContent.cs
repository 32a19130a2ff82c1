using System.Net;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>
/// The body of a request, without which no receiver takes the request for one: when it is about to go out, after a connection was waited for and made, it
/// asks whether it may. A process that stood still past its lease does not send what another one is sending.
/// </summary>
internal sealed class WebhookContent(ReadOnlyMemory<byte> body, Func<bool> mayStillSend) : HttpContent
{
    /// <summary>It was asked for, and not given.</summary>
    public bool IsAbandoned { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (mayStillSend()) return stream.WriteAsync(body, cancellationToken).AsTask();
        IsAbandoned = true;
        return Task.FromException(new AttemptAbandonedException());
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
