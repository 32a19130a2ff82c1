using System.Text.Json;
using EventHub.Delivery.Destinations.Webhook;
using EventHub.Routing;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>Reads the fields of a webhook destination: inside <c>destination</c>, or beside the others under <c>/webhooks</c>.</summary>
internal static class WebhookFields
{
    public static readonly string[] Names = ["url", "format", "headers", "secret"];

    /// <summary>Reads the field if it is one of <see cref="Names"/>. The draft's destination must be a webhook.</summary>
    public static bool TryRead(in StrictObjectReader reader, string field, SubscriptionDraft draft)
    {
        var webhook = (WebhookDestination)draft.Subscription.Destination;
        switch (field)
        {
            case "url":
                if (reader.IsNull) reader.Refuse("must not be null");
                webhook = webhook with { Url = reader.String() ?? "" };
                break;
            case "format":
                webhook = webhook with { Format = SubscriptionWords.Formats.Read(in reader) ?? WebhookFormat.Envelope };
                break;
            case "headers":
                webhook = webhook with { Headers = Headers(in reader, webhook.Headers, draft.IsNew) };
                break;
            case "secret":
                draft.Secret = Secret(in reader);
                return true;
            default:
                return false;
        }

        draft.Subscription = draft.Subscription with { Destination = webhook };
        return true;
    }

    /// <summary>Reads a secret.</summary>
    public static SecretField Secret(in StrictObjectReader reader)
    {
        // The value never goes into a message: messages end up in logs.
        if (reader.Kind is not (JsonTokenType.String or JsonTokenType.Null)) reader.Refuse("must be a string, or null for unsigned requests");
        var secret = reader.Kind == JsonTokenType.String ? reader.String() : null;
        if (secret is not null && WebhookSecret.Validate(secret) is { } error) reader.Refuse(error);
        return new SecretField(true, secret);
    }

    // As in a JSON merge patch (RFC 7396): headers that are not named stay, null takes one away, null for all of them takes all.
    private static Dictionary<string, string> Headers(in StrictObjectReader reader, IReadOnlyDictionary<string, string> current, bool isNew)
    {
        var headers = new Dictionary<string, string>(current, StringComparer.OrdinalIgnoreCase);
        if (reader.Kind != JsonTokenType.StartObject)
        {
            if (!reader.IsNull) reader.RefuseValue("must be an object of header names and values");
            return [];
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var items = new Utf8JsonReader(reader.Raw.Span);
        items.Read();
        while (items.Read() && items.TokenType == JsonTokenType.PropertyName)
        {
            var name = items.GetString()!;
            var path = $"{reader.FieldPath}.{name}";
            items.Read();
            if (!seen.Add(name)) reader.Add(path, "appears more than once");
            headers.Remove(name);
            if (items.TokenType == JsonTokenType.String) headers[name] = items.GetString()!;
            else if (items.TokenType != JsonTokenType.Null || isNew) reader.Add(path, "must be a string");
            items.Skip();
        }

        return headers;
    }
}
