using System.Text.Json;
using EventHub.Client;

namespace EventHub.Server.Verbs.Remote;

/// <summary>Reads a line that is a whole event.</summary>
internal static class EventText
{
    /// <summary>Reads it; what it does not say is taken from the defaults.</summary>
    /// <exception cref="UsageException">It is no event.</exception>
    public static NewEvent Read(string line, NewEvent defaults)
    {
        JsonElement json;
        try
        {
            json = JsonElement.Parse(line);
        }
        catch (JsonException e)
        {
            throw new UsageException($"it is not JSON: {e.Message}");
        }

        if (json.ValueKind != JsonValueKind.Object) throw new UsageException("it is no JSON object such as {\"type\":\"user.created\",\"payload\":{}}");
        var (item, hasType, hasPayload) = (defaults, false, false);
        foreach (var field in json.EnumerateObject())
        {
            item = field.Name switch
            {
                "type" or "event_type" => item with { Type = Text(field) ?? "" },
                "payload" => item with { Payload = field.Value.GetRawText() },
                "metadata" => item with { Metadata = field.Value.ValueKind == JsonValueKind.Null ? (JsonPayload?)null : field.Value.GetRawText() },
                "version" => item with { Version = Text(field) },
                "source" => item with { Source = Text(field) },
                "subject" => item with { Subject = Text(field) },
                "organization_id" => item with { OrganizationId = Text(field) },
                "user_id" => item with { UserId = Text(field) },
                "session_id" => item with { SessionId = Text(field) },
                "schema" => item with { Schema = Text(field) },
                "entity" => item with { Entity = Text(field) },
                "operation" => item with { Operation = Text(field) },
                "idempotency_key" => item with { IdempotencyKey = Text(field) },
                _ => throw new UsageException($"{field.Name}: unknown field"),
            };
            hasType |= field.Name is "type" or "event_type";
            hasPayload |= field.Name == "payload";
        }

        if (!hasType || item.Type.Length == 0) throw new UsageException("type: is required");
        return hasPayload ? item : throw new UsageException("payload: is required");
    }

    private static string? Text(JsonProperty field) => field.Value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => field.Value.GetString(),
        _ => throw new UsageException($"{field.Name}: must be a string"),
    };
}
