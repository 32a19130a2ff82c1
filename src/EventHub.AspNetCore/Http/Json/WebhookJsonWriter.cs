using System.Text.Json;
using EventHub.Routing;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>The JSON form of webhooks: a subscription with its destination laid flat.</summary>
internal static class WebhookJsonWriter
{
    /// <summary>Writes a webhook as an object.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="subscription">Its destination is a webhook.</param>
    /// <param name="secret">The secret, in the answer to the request that set it; <c>null</c> everywhere else.</param>
    public static void Write(Utf8JsonWriter writer, Subscription subscription, string? secret = null)
    {
        var webhook = (WebhookDestination)subscription.Destination;
        writer.WriteStartObject();
        writer.WriteString("id"u8, subscription.Id);
        writer.WriteString("name"u8, subscription.Name);
        writer.WriteString("url"u8, webhook.Url);
        SubscriptionJsonWriter.WriteFilter(writer, subscription);
        SubscriptionJsonWriter.WriteFormat(writer, webhook);
        writer.WriteBoolean("has_secret"u8, webhook.Secrets.Count > 0);
        if (secret is not null) writer.WriteString("secret"u8, secret);
        writer.WritePropertyName("delivery"u8);
        DeliveryJsonWriter.Write(writer, subscription.Delivery);
        SubscriptionJsonWriter.WriteRest(writer, subscription);
        writer.WriteEndObject();
    }
    /// <summary>Writes a webhook as an item of a list.</summary>
    public static void WriteItem(Utf8JsonWriter writer, Subscription subscription) => Write(writer, subscription);

    /// <summary>Writes <c>{"webhook":…}</c>.</summary>
    public static void WriteFound(Utf8JsonWriter writer, Subscription subscription)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("webhook"u8);
        Write(writer, subscription);
        writer.WriteEndObject();
    }

    /// <summary>Writes <c>{"success":true,"webhook":…}</c>.</summary>
    public static void WriteChanged(Utf8JsonWriter writer, Subscription subscription, string? secret)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("success"u8, true);
        writer.WritePropertyName("webhook"u8);
        Write(writer, subscription, secret);
        writer.WriteEndObject();
    }
}
