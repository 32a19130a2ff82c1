using EventHub.AspNetCore.Http.Json;
using EventHub.Events;
using EventHub.Publishing;

namespace EventHub.AspNetCore.Http.Publishing;

/// <summary>Reads the hub's own JSON form of an event to publish (CONTRACT section 3).</summary>
internal static class NewEventJson
{
    private static readonly KnownFields s_fields = new(
        "type", "payload", "event_type", "version", "source", "subject", "metadata", "organization_id", "user_id", "session_id", "schema", "entity",
        "operation", "idempotency_key");

    /// <summary>Reads one event.</summary>
    /// <param name="json">The object. Payload and metadata are copied out of it, exactly as they stand.</param>
    /// <param name="errors">Takes what is wrong: all of it.</param>
    /// <param name="index">Its index in a batch.</param>
    /// <returns>The event; <c>null</c> when errors were added.</returns>
    public static NewEvent? Read(ReadOnlyMemory<byte> json, List<FieldError> errors, int? index = null)
    {
        var before = errors.Count;
        var reader = new StrictObjectReader(json, s_fields, errors, index: index);
        string? type = null, alias = null, version = null, source = null, subject = null, organization = null, user = null, session = null;
        string? schema = null, entity = null, operation = null, key = null;
        ReadOnlyMemory<byte> payload = default, metadata = default;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case "type": type = reader.CommonString(); break;
                case "event_type": alias = reader.CommonString(); break;
                case "payload": payload = reader.Raw.ToArray(); break;
                case "metadata": metadata = Metadata(ref reader); break;
                case "version": version = reader.CommonString(); break;
                case "source": source = reader.CommonString(); break;
                case "subject": subject = reader.String(); break;
                case "organization_id": organization = reader.CommonString(); break;
                case "user_id": user = reader.CommonString(); break;
                case "session_id": session = reader.String(); break;
                case "schema": schema = reader.CommonString(); break;
                case "entity": entity = reader.CommonString(); break;
                case "operation": operation = reader.CommonString(); break;
                case "idempotency_key": key = reader.String(); break;
            }
        }

        CheckType(in reader, type, alias, index, errors, before);
        reader.Require("payload");
        if (errors.Count > before) return null;
        return new NewEvent
        {
            Type = type ?? alias!, Payload = payload, Metadata = metadata, Version = version, Source = source, Subject = subject,
            OrganizationId = organization, UserId = user, SessionId = session, Schema = schema, Entity = entity, Operation = operation,
            IdempotencyKey = key, IsTrustedJson = true,
        };
    }

    private static ReadOnlyMemory<byte> Metadata(ref StrictObjectReader reader)
    {
        if (reader.Kind == System.Text.Json.JsonTokenType.StartObject) return reader.Raw.ToArray();
        if (!reader.IsNull) reader.RefuseValue("must be an object");
        return default;
    }

    private static void CheckType(ref readonly StrictObjectReader reader, string? type, string? alias, int? index, List<FieldError> errors, int before)
    {
        if (type is not null && alias is not null && type != alias) reader.Add("event_type", "is an alias of type and has another value; send one of the two");
        if (!reader.IsComplete) return;
        if ((type ?? alias) is { } given)
        {
            // The publisher checks types; when it will not be asked, a bad one is told along with the rest.
            if (errors.Count > before && EventType.Validate(given) is { } problem) reader.Add(type is null ? "event_type" : "type", problem);
        }
        else if (!errors.Exists(e => e.Index == index && e.Field is "type" or "event_type"))
        {
            reader.Add("type", "is required");
        }
    }
}
