using EventHub.Publishing;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>
/// Reads the body of <c>POST /webhooks</c> and, on top of what there is, of <c>PATCH</c>: a subscription laid flat. The fields of
/// <c>delivery</c> may stand beside the others or inside <c>delivery</c>, as answers show them.
/// </summary>
internal static class WebhookJsonReader
{
    private static readonly KnownFields s_fields = new([.. SubscriptionFields.Names, .. WebhookFields.Names, .. DeliveryFields.Names, "delivery"]);

    /// <summary>Reads it. The draft's destination must be a webhook.</summary>
    /// <param name="body">The body.</param>
    /// <param name="draft">Takes what it says.</param>
    /// <param name="errors">Takes everything that is wrong, the rules of subscriptions included.</param>
    public static void Read(ReadOnlyMemory<byte> body, SubscriptionDraft draft, List<FieldError> errors)
    {
        var reader = new StrictObjectReader(body, s_fields, errors);
        while (reader.Next(out var field))
        {
            if (SubscriptionFields.TryRead(in reader, field, draft) || WebhookFields.TryRead(in reader, field, draft)) continue;
            if (field == "delivery") DeliveryFields.ReadObject(in reader, draft);
            else DeliveryFields.TryRead(in reader, field, draft);
        }

        draft.IsBroken = reader.IsBroken;
        foreach (var field in draft.NestedDelivery)
        {
            if (reader.Has(field)) reader.Add(field, "is given twice, here and in delivery");
        }

        if (draft.IsNew)
        {
            reader.Require("url");
            reader.Require("events");
        }

        DraftRules.Check(draft, CallersPath, errors);
    }

    /// <summary>The path a caller of <c>/webhooks</c> knows a subscription's field by.</summary>
    public static string CallersPath(SubscriptionDraft draft, string path)
    {
        const string Destination = "destination.";
        const string Delivery = "delivery.";
        if (path.StartsWith(Destination, StringComparison.Ordinal)) return path[Destination.Length..];
        if (!path.StartsWith(Delivery, StringComparison.Ordinal)) return path;
        var flat = path[Delivery.Length..];
        var end = flat.AsSpan().IndexOfAny('.', '[');
        return draft.NestedDelivery.Contains(end < 0 ? flat : flat[..end]) ? path : flat;
    }
}
