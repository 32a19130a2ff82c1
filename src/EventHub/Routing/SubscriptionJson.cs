using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventHub.Routing;

/// <summary>The stored form of subscriptions. Unknown properties are ignored, so that an older process can read a newer one's.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    AllowOutOfOrderMetadataProperties = true)] // what a store's SQL has written may come in any order
[JsonSerializable(typeof(Subscription))]
internal sealed partial class SubscriptionJson : JsonSerializerContext
{
    public static byte[] Serialize(Subscription subscription) => JsonSerializer.SerializeToUtf8Bytes(subscription, Default.Subscription);

    public static Subscription Deserialize(ReadOnlySpan<byte> json)
    {
        var subscription = JsonSerializer.Deserialize(json, Default.Subscription) ?? throw new JsonException("A stored subscription is null.");
        // Stored before there were partitions, or by SQL: what is left out is read as nothing, not as its default.
        return subscription.Delivery.Partitions == 0 ? subscription with { Delivery = subscription.Delivery with { Partitions = 1 } } : subscription;
    }
}
