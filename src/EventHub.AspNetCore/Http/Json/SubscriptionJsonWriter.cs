using System.Text.Json;
using EventHub.Events;
using EventHub.Routing;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>The JSON form of subscriptions (CONTRACT section 5). Secrets are never part of it.</summary>
internal static class SubscriptionJsonWriter
{
    /// <summary>Writes a subscription as an object.</summary>
    public static void Write(Utf8JsonWriter writer, Subscription subscription)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, subscription.Id);
        writer.WriteString("name"u8, subscription.Name);
        WriteFilter(writer, subscription);
        writer.WritePropertyName("destination"u8);
        WriteDestination(writer, subscription.Destination);
        writer.WritePropertyName("delivery"u8);
        DeliveryJsonWriter.Write(writer, subscription.Delivery);
        WriteRest(writer, subscription);
        writer.WriteEndObject();
    }

    /// <summary>Writes a destination as an object.</summary>
    public static void WriteDestination(Utf8JsonWriter writer, Destination destination)
    {
        writer.WriteStartObject();
        switch (destination)
        {
            case WebhookDestination webhook:
                writer.WriteString("type"u8, "webhook"u8);
                writer.WriteString("url"u8, webhook.Url);
                WriteFormat(writer, webhook);
                writer.WriteBoolean("has_secret"u8, webhook.Secrets.Count > 0);
                break;
            case HandlerDestination handler:
                writer.WriteString("type"u8, "handler"u8);
                writer.WriteString("name"u8, handler.Name);
                break;
            case RpcDestination rpc:
                writer.WriteString("type"u8, "rpc"u8);
                writer.WriteString("name"u8, rpc.Name);
                break;
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes which events.</summary>
    public static void WriteFilter(Utf8JsonWriter writer, Subscription subscription)
    {
        writer.WriteStartArray("events"u8);
        foreach (var pattern in subscription.Events) writer.WriteStringValue(pattern);
        writer.WriteEndArray();
        writer.WriteString("source"u8, subscription.Source);
        writer.WriteNull("condition"u8);
    }

    /// <summary>Writes what a webhook's requests look like.</summary>
    public static void WriteFormat(Utf8JsonWriter writer, WebhookDestination webhook)
    {
        writer.WriteString("format"u8, SubscriptionWords.Formats.Name(webhook.Format));
        writer.WriteStartObject("headers"u8);
        foreach (var (name, value) in webhook.Headers) writer.WriteString(name, value);
        writer.WriteEndObject();
    }

    /// <summary>Writes the fields after <c>delivery</c>.</summary>
    public static void WriteRest(Utf8JsonWriter writer, Subscription subscription)
    {
        writer.WriteString("start"u8, subscription.Start);
        writer.WriteBoolean("active"u8, subscription.Active);
        writer.WriteBoolean("paused"u8, subscription.Paused);
        writer.WriteString("created_by"u8, subscription.CreatedBy);
        writer.WriteString("created_at"u8, EventJson.Time(subscription.CreatedAt));
        writer.WriteString("updated_at"u8, EventJson.Time(subscription.UpdatedAt));
    }
}
