using System.Text.Json;
using EventHub.Routing;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>Reads the object <c>destination</c>. A change of its <c>type</c> replaces it; otherwise it is merged into the one there was.</summary>
internal static class DestinationFields
{
    private static readonly KnownFields s_webhookFields = new(["type", .. WebhookFields.Names]);
    private static readonly KnownFields s_namedFields = new("type", "name");

    public static void Read(in StrictObjectReader reader, SubscriptionDraft draft)
    {
        if (reader.Kind != JsonTokenType.StartObject)
        {
            reader.RefuseValue("must be an object such as {\"type\":\"webhook\",\"url\":\"https://…\"}");
            return;
        }

        var current = draft.IsNew ? null : draft.Subscription.Destination;
        switch (FindType(in reader) ?? TypeOf(current))
        {
            case "webhook":
                draft.Subscription = draft.Subscription with { Destination = current as WebhookDestination ?? new WebhookDestination { Url = "" } };
                ReadWebhook(in reader, draft, isNew: current is not WebhookDestination);
                break;
            case "handler":
                draft.Subscription = draft.Subscription with { Destination = ReadName(in reader, (current as HandlerDestination)?.Name, static name => new HandlerDestination(name)) };
                break;
            case "rpc":
                draft.Subscription = draft.Subscription with { Destination = ReadName(in reader, (current as RpcDestination)?.Name, static name => new RpcDestination(name)) };
                break;
            case var type:
                draft.IsDestinationUnknown = true;
                reader.Add($"{reader.FieldPath}.type", type switch
                {
                    null => "is required; it is webhook, handler or rpc",
                    _ => $"is '{StrictQuery.Printable(type)}'; must be webhook, handler or rpc",
                });
                break;
        }
    }

    private static string? TypeOf(Destination? destination) => destination switch
    {
        WebhookDestination => "webhook",
        HandlerDestination => "handler",
        RpcDestination => "rpc",
        _ => null,
    };

    private static void ReadWebhook(in StrictObjectReader reader, SubscriptionDraft draft, bool isNew)
    {
        if (!reader.TryObject(s_webhookFields, out var fields)) return;
        while (fields.Next(out var field)) WebhookFields.TryRead(in fields, field, draft);
        if (isNew) fields.Require("url");
    }

    private static Destination ReadName(in StrictObjectReader reader, string? current, Func<string, Destination> make)
    {
        if (!reader.TryObject(s_namedFields, out var fields)) return make(current ?? "");
        while (fields.Next(out var field))
        {
            if (field != "name") continue;
            if (fields.IsNull) fields.Refuse("must not be null");
            current = fields.String() ?? "";
        }

        if (current is null) fields.Require("name");
        return make(current ?? "");
    }

    // The type says which fields there may be, and nothing makes a caller write it first.
    private static string? FindType(in StrictObjectReader reader)
    {
        var json = new Utf8JsonReader(reader.Raw.Span);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isType = json.ValueTextEquals("type"u8);
            json.Read();
            if (isType && json.TokenType == JsonTokenType.String) return json.GetString();
            if (isType) return StrictObjectReader.Quote(json.ValueSpan);
            json.Skip();
        }

        return null;
    }
}
