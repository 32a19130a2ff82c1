namespace EventHub.Routing;

/// <summary>What a webhook's body is.</summary>
public enum WebhookFormat
{
    /// <summary><c>{"event":{…},"deliveredAt":…}</c>.</summary>
    Envelope,

    /// <summary>The bare payload, byte for byte.</summary>
    Payload,

    /// <summary>A CloudEvent 1.0 in structured mode.</summary>
    CloudEvents,

    /// <summary>A CloudEvent 1.0 in binary mode: attributes in <c>ce-</c> headers, the body is the payload.</summary>
    CloudEventsBinary,
}
