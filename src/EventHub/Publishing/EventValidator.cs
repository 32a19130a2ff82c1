using System.Text.Json;
using EventHub.Events;

namespace EventHub.Publishing;

/// <summary>The rules of events to publish.</summary>
internal static class EventValidator
{
    public const int MaxBatch = 1000;

    /// <summary>Adds what is wrong with an event to <paramref name="errors"/>; <c>null</c> stays <c>null</c> when nothing is.</summary>
    public static void Validate(NewEvent item, int? index, int maxBytes, ref List<FieldError>? errors)
    {
        var problem = EventType.Validate(item.Type);
        if (problem is not null) Add(ref errors, "type", problem, index);
        Text(item.Version, "version", 64, allowEmpty: false, index, ref errors);
        Text(item.Source, "source", 512, allowEmpty: false, index, ref errors);
        Text(item.Subject, "subject", 512, allowEmpty: true, index, ref errors);
        Text(item.OrganizationId, "organization_id", 255, allowEmpty: true, index, ref errors);
        Text(item.UserId, "user_id", 255, allowEmpty: true, index, ref errors);
        Text(item.SessionId, "session_id", 255, allowEmpty: true, index, ref errors);
        Text(item.Schema, "schema", 255, allowEmpty: true, index, ref errors);
        Text(item.Entity, "entity", 255, allowEmpty: true, index, ref errors);
        Text(item.Operation, "operation", 255, allowEmpty: true, index, ref errors);
        Text(item.IdempotencyKey, "idempotency_key", 255, allowEmpty: false, index, ref errors);
        if (item.Payload.IsEmpty) Add(ref errors, "payload", "is required: any JSON value", index);
        if (item.Payload.Length + item.Metadata.Length > maxBytes)
        {
            Add(ref errors, "payload", $"and metadata are {item.Payload.Length + item.Metadata.Length} bytes; at most {maxBytes} are allowed", index);
        }
    }

    /// <summary>What HTTP has checked while reading, a caller in the same process has not: that payload and metadata are JSON.</summary>
    public static void ValidateJson(NewEvent item, int? index, ref List<FieldError>? errors)
    {
        if (!item.Payload.IsEmpty && JsonKind(item.Payload.Span) is null) Add(ref errors, "payload", "is not one valid JSON value in UTF-8", index);
        if (!item.Metadata.IsEmpty && JsonKind(item.Metadata.Span) != JsonTokenType.StartObject) Add(ref errors, "metadata", "is not a JSON object in UTF-8", index);
    }

    private static JsonTokenType? JsonKind(ReadOnlySpan<byte> json)
    {
        if (!System.Text.Unicode.Utf8.IsValid(json)) return null;
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read()) return null;
            var kind = reader.TokenType;
            reader.Skip();
            return reader.Read() ? null : kind;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Text(string? value, string field, int max, bool allowEmpty, int? index, ref List<FieldError>? errors)
    {
        if (value is null) return;
        if (value.Length == 0 && !allowEmpty) Add(ref errors, field, "must not be empty", index);
        else if (value.Length > max) Add(ref errors, field, $"is {value.Length} characters long; at most {max} are allowed", index);
        else if (value.AsSpan().ContainsAnyInRange('\0', '\x1F')) Add(ref errors, field, "contains a control character", index);
    }

    private static void Add(ref List<FieldError>? errors, string field, string message, int? index) =>
        (errors ??= []).Add(new FieldError(field, message, index));
}
