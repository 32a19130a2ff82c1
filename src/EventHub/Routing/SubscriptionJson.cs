using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace EventHub.Routing;

/// <summary>
/// The stored form of subscriptions. Unknown properties are ignored, so that an older process can read a newer one's; missing ones have their defaults, so that a newer
/// process can read an older one's, and what SQL wrote.
/// </summary>
internal static class SubscriptionJson
{
    // By reflection, not generated: generated code sets what is missing to zero instead of leaving it at its default.
    private static readonly JsonSerializerOptions s_options = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
        AllowOutOfOrderMetadataProperties = true, // what a store's SQL has written may come in any order
    };

    public static byte[] Serialize(Subscription subscription) => JsonSerializer.SerializeToUtf8Bytes(subscription, s_options);

    public static Subscription Deserialize(ReadOnlySpan<byte> json)
    {
        var subscription = JsonSerializer.Deserialize<Subscription>(json, s_options) ?? throw new JsonException("A stored subscription is null.");
        // Nothing is written for null: where another way to wait is there, the schedule is missing because there is none.
        var retry = subscription.Delivery.Retry;
        if (retry.Constant is null && retry.Exponential is null) return subscription;
        return subscription with { Delivery = subscription.Delivery with { Retry = retry with { Schedule = null } } };
    }
}
