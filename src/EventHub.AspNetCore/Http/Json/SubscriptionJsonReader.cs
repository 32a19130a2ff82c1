using EventHub.Publishing;
using EventHub.Routing;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>Reads the body of <c>POST /subscriptions</c> and, on top of what there is, of <c>PATCH</c> (RFC 7396: named fields change, null resets).</summary>
internal static class SubscriptionJsonReader
{
    private static readonly KnownFields s_fields = new([.. SubscriptionFields.Names, "destination", "delivery"]);

    /// <summary>Reads it.</summary>
    /// <param name="body">The body.</param>
    /// <param name="draft">Takes what it says.</param>
    /// <param name="errors">Takes everything that is wrong, the rules of subscriptions included.</param>
    public static void Read(ReadOnlyMemory<byte> body, SubscriptionDraft draft, List<FieldError> errors)
    {
        var reader = new StrictObjectReader(body, s_fields, errors);
        while (reader.Next(out var field))
        {
            if (SubscriptionFields.TryRead(in reader, field, draft)) continue;
            if (field == "delivery") DeliveryFields.ReadObject(in reader, draft);
            else DestinationFields.Read(in reader, draft);
        }

        draft.IsBroken = reader.IsBroken;
        if (draft.IsNew)
        {
            reader.Require("events");
            reader.Require("destination");
        }

        DraftRules.Check(draft, static (_, path) => path, errors);
    }
}
