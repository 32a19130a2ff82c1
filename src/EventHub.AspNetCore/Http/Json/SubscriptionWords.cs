using EventHub.Routing;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>The words subscriptions use in JSON.</summary>
internal static class SubscriptionWords
{
    public static readonly NamedValues<DeliveryGuarantee> Guarantees =
        new(("at_least_once", DeliveryGuarantee.AtLeastOnce), ("at_most_once", DeliveryGuarantee.AtMostOnce));

    public static readonly NamedValues<WebhookFormat> Formats = new(
        ("envelope", WebhookFormat.Envelope), ("payload", WebhookFormat.Payload),
        ("cloudevents", WebhookFormat.CloudEvents), ("cloudevents-binary", WebhookFormat.CloudEventsBinary));

    public static readonly NamedValues<Jitter> Jitters = new(("none", Jitter.None), ("full", Jitter.Full), ("decorrelated", Jitter.Decorrelated));
}
