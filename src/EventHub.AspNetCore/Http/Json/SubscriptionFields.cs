using System.Globalization;
using System.Text.Json;
using EventHub.Routing;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>Reads the fields subscriptions of all kinds have.</summary>
internal static class SubscriptionFields
{
    public static readonly string[] Names = ["name", "events", "source", "condition", "start", "active", "paused", "created_by"];

    /// <summary>Reads the field if it is one of <see cref="Names"/>.</summary>
    public static bool TryRead(in StrictObjectReader reader, string field, SubscriptionDraft draft)
    {
        var subscription = draft.Subscription;
        switch (field)
        {
            case "name":
                draft.NeedsName = reader.IsNull;
                subscription = subscription with { Name = reader.String() ?? "" };
                break;
            case "events":
                subscription = subscription with { Events = Patterns(in reader) };
                break;
            case "source":
                subscription = subscription with { Source = reader.String() };
                break;
            case "condition":
                if (!reader.IsNull) reader.Refuse("is not available yet; leave it out");
                break;
            case "start":
                subscription = subscription with { Start = Start(in reader, draft) };
                break;
            case "active":
                subscription = subscription with { Active = reader.Boolean() ?? true };
                break;
            case "paused":
                subscription = subscription with { Paused = reader.Boolean() ?? false };
                break;
            case "created_by":
                subscription = subscription with { CreatedBy = reader.String() };
                break;
            default:
                return false;
        }

        draft.Subscription = subscription;
        return true;
    }

    private static List<string> Patterns(in StrictObjectReader reader)
    {
        var patterns = new List<string>();
        if (reader.Kind != JsonTokenType.StartArray)
        {
            reader.RefuseValue("must be an array of patterns such as [\"user.*\"]");
            return patterns;
        }

        var items = new Utf8JsonReader(reader.Raw.Span);
        items.Read();
        for (var i = 0; items.Read() && items.TokenType != JsonTokenType.EndArray; i++)
        {
            var start = (int)items.TokenStartIndex;
            items.Skip();
            if (items.TokenType == JsonTokenType.String)
            {
                patterns.Add(items.GetString()!);
                continue;
            }

            // Keeps the indexes of those after it.
            patterns.Add("");
            reader.Add($"{reader.FieldPath}[{i}]", $"is {StrictObjectReader.Quote(reader.Raw.Span[start..(int)items.BytesConsumed])}; must be a string");
        }

        return patterns;
    }

    private static string Start(in StrictObjectReader reader, SubscriptionDraft draft)
    {
        var start = "now";
        if (reader.Kind == JsonTokenType.Number && reader.Integer(0, long.MaxValue) is { } sequence) start = sequence.ToString(CultureInfo.InvariantCulture);
        else if (reader.Kind == JsonTokenType.String) start = reader.String()!;
        else if (!reader.IsNull && reader.Kind != JsonTokenType.Number) reader.RefuseValue("must be now, beginning, a sequence or a time");

        // Where it began is history.
        if (!draft.IsNew && start != draft.Subscription.Start) reader.Refuse("cannot be changed; a replay delivers older events");
        return draft.IsNew ? start : draft.Subscription.Start;
    }
}
