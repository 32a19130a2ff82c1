using System.Buffers;
using EventHub.Events;
using EventHub.Routing;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>The body of one request. The bytes are built once and both signed and sent.</summary>
/// <param name="Bytes">The exact body.</param>
/// <param name="ContentType">Its <c>Content-Type</c>; <c>null</c> for none.</param>
internal readonly record struct WebhookBody(ReadOnlyMemory<byte> Bytes, string? ContentType)
{
    private const string Json = "application/json";

    public static WebhookBody Build(Event source, WebhookFormat format, OutgoingCloudEvent? cloudEvent, DateTimeOffset now) => format switch
    {
        WebhookFormat.Envelope => Envelope(source, now),
        WebhookFormat.Payload => new WebhookBody(source.Payload, Json),
        WebhookFormat.CloudEvents => new WebhookBody(cloudEvent!.ToStructured(), "application/cloudevents+json"),
        WebhookFormat.CloudEventsBinary => new WebhookBody(cloudEvent!.Data(), cloudEvent.ContentType),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "No such webhook format."),
    };

    private static WebhookBody Envelope(Event source, DateTimeOffset now)
    {
        // What WriteForDestination and this method write around the shared fields is 121 bytes; a little more costs nothing, growing would copy it all.
        var output = new ArrayBufferWriter<byte>(source.JsonFields.Length + 128);
        output.Write("{\"event\":"u8);
        EventJson.WriteForDestination(output, source);
        output.Write(",\"deliveredAt\":\""u8);
        EventJson.WriteTime(now, output.GetSpan(24));
        output.Advance(24);
        output.Write("\"}"u8);
        return new WebhookBody(output.WrittenMemory, Json);
    }
}
