using System.Text.Json;
using EventHub.Routing;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>The JSON form of how a subscription is delivered.</summary>
internal static class DeliveryJsonWriter
{
    /// <summary>Writes it as an object.</summary>
    public static void Write(Utf8JsonWriter writer, DeliverySettings delivery)
    {
        writer.WriteStartObject();
        writer.WriteString("guarantee"u8, SubscriptionWords.Guarantees.Name(delivery.Guarantee));
        writer.WriteString("ordering_key"u8, delivery.OrderingKey);
        writer.WriteNumber("delay_seconds"u8, Seconds(delivery.Delay));
        writer.WriteNumber("timeout_ms"u8, (decimal)delivery.Timeout.Ticks / TimeSpan.TicksPerMillisecond);
        writer.WriteNumber("concurrency"u8, delivery.Concurrency);
        writer.WriteNumber("partitions"u8, delivery.Partitions);
        WriteRateLimit(writer, delivery.RateLimit);
        WriteRetry(writer, delivery.Retry);
        writer.WriteEndObject();
    }

    private static void WriteRateLimit(Utf8JsonWriter writer, RateLimit? rate)
    {
        if (rate is null)
        {
            writer.WriteNull("rate_limit"u8);
            return;
        }

        writer.WriteStartObject("rate_limit"u8);
        writer.WriteNumber("limit"u8, rate.Limit);
        writer.WriteNumber("period_seconds"u8, Seconds(rate.Period));
        writer.WriteEndObject();
    }

    private static void WriteRetry(Utf8JsonWriter writer, RetrySettings retry)
    {
        writer.WriteStartObject("retry"u8);
        writer.WriteNumber("limit"u8, retry.Limit);
        if (retry.Schedule is { } schedule)
        {
            writer.WriteStartArray("schedule_seconds"u8);
            foreach (var wait in schedule) writer.WriteNumberValue(Seconds(wait));
            writer.WriteEndArray();
        }

        if (retry.Constant is { } constant) writer.WriteNumber("constant_seconds"u8, Seconds(constant));
        if (retry.Exponential is { } exponential)
        {
            writer.WriteStartObject("exponential"u8);
            writer.WriteNumber("initial_seconds"u8, Seconds(exponential.Initial));
            writer.WriteNumber("max_seconds"u8, Seconds(exponential.Max));
            writer.WriteNumber("factor"u8, exponential.Factor);
            writer.WriteString("jitter"u8, SubscriptionWords.Jitters.Name(exponential.Jitter));
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    // A decimal quotient has no more decimals than it needs: 5, 0.25.
    private static decimal Seconds(TimeSpan value) => (decimal)value.Ticks / TimeSpan.TicksPerSecond;
}
