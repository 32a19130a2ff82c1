using EventHub.Routing;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>Reads the fields of <c>delivery</c>, nested or, for webhooks, beside the others.</summary>
internal static class DeliveryFields
{
    public static readonly string[] Names = ["guarantee", "ordering_key", "delay_seconds", "timeout_ms", "concurrency", "partitions", "rate_limit", "retry"];
    private static readonly KnownFields s_fields = new(Names);
    private static readonly KnownFields s_rateFields = new("limit", "period_seconds");

    /// <summary>Reads the object <c>delivery</c>; <c>null</c> means all of its defaults.</summary>
    public static void ReadObject(in StrictObjectReader reader, SubscriptionDraft draft)
    {
        if (reader.IsNull) draft.Subscription = draft.Subscription with { Delivery = draft.Defaults };
        if (!reader.TryObject(s_fields, out var delivery)) return;
        while (delivery.Next(out var field))
        {
            draft.NestedDelivery.Add(field);
            TryRead(in delivery, field, draft);
        }
    }

    /// <summary>Reads the field if it is one of <see cref="Names"/>.</summary>
    public static bool TryRead(in StrictObjectReader reader, string field, SubscriptionDraft draft)
    {
        var delivery = draft.Subscription.Delivery;
        switch (field)
        {
            case "guarantee":
                delivery = delivery with { Guarantee = SubscriptionWords.Guarantees.Read(in reader) ?? draft.Defaults.Guarantee };
                break;
            case "ordering_key":
                delivery = delivery with { OrderingKey = reader.String() };
                break;
            case "delay_seconds":
                delivery = delivery with { Delay = reader.Seconds() ?? draft.Defaults.Delay };
                break;
            case "timeout_ms":
                delivery = delivery with { Timeout = reader.Milliseconds() ?? draft.Defaults.Timeout };
                break;
            case "concurrency":
                delivery = delivery with { Concurrency = reader.Whole() ?? draft.Defaults.Concurrency };
                break;
            case "partitions":
                delivery = delivery with { Partitions = reader.Whole() ?? draft.Defaults.Partitions };
                break;
            case "rate_limit":
                delivery = delivery with { RateLimit = RateLimit(in reader, delivery.RateLimit) };
                break;
            case "retry":
                delivery = delivery with { Retry = RetryFields.Read(in reader, delivery.Retry, draft.Defaults.Retry) };
                break;
            default:
                return false;
        }

        draft.Subscription = draft.Subscription with { Delivery = delivery };
        return true;
    }

    private static RateLimit? RateLimit(in StrictObjectReader reader, RateLimit? current)
    {
        if (!reader.TryObject(s_rateFields, out var fields)) return null;
        var rate = current ?? new RateLimit(1, TimeSpan.FromSeconds(1));
        while (fields.Next(out var field))
        {
            if (field == "limit") rate = rate with { Limit = Required(in fields, fields.Whole()) };
            else rate = rate with { Period = fields.Seconds() ?? TimeSpan.FromSeconds(1) };
        }

        if (current is null) fields.Require("limit");
        return rate;
    }

    private static int Required(in StrictObjectReader reader, int? value)
    {
        if (reader.IsNull) reader.Refuse("must not be null; for no limit write \"rate_limit\": null");
        return value ?? 1;
    }
}
