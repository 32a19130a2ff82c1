using System.Diagnostics;
using System.Text.Json;
using EventHub.Events;
using EventHub.Publishing;

namespace EventHub.AspNetCore.CloudEvents;

/// <summary>Makes an event to publish of a CloudEvent.</summary>
internal static class CloudEventMapping
{
    private const int MaxOwnField = 255;

    /// <summary>Checks the attributes and maps them.</summary>
    /// <param name="draft">The CloudEvent; its data is checked already.</param>
    /// <param name="name">The name of an attribute as the caller wrote it: <c>ce-id</c> in headers, <c>id</c> in JSON.</param>
    /// <param name="errors">Takes what is wrong.</param>
    /// <param name="index">Index in a batch.</param>
    /// <returns>The event; <c>null</c> when something is wrong, with this or before.</returns>
    public static NewEvent? Map(CloudEventDraft draft, Func<string, string> name, List<FieldError> errors, int? index)
    {
        Check("specversion", draft.SpecVersion, CloudEventRules.SpecVersion, isRequired: true);
        Check("id", draft.Id, CloudEventRules.Required, isRequired: true);
        Check("source", draft.Source, CloudEventRules.Source, isRequired: true);
        Check("type", draft.Type, EventType.Validate, isRequired: true);
        Check("subject", draft.Subject, CloudEventRules.Required);
        Check("time", draft.Time, CloudEventRules.Time);
        Check("datacontenttype", draft.DataContentType, CloudEventRules.DataContentType);
        Check("dataschema", draft.DataSchema, CloudEventRules.DataSchema);
        foreach (var (extension, value) in draft.Extensions) Add(extension, CloudEventRules.ExtensionName(extension) ?? CloudEventRules.ExtensionValue(value));
        var organization = Own("organizationid");
        var user = Own("userid");
        var session = Own("sessionid");
        return errors.Exists(e => e.Index == index) ? null : ToNewEvent(draft, organization, user, session);

        void Check(string attribute, string? value, Func<string, string?> rule, bool isRequired = false)
        {
            if (value is not null) Add(attribute, CloudEventRules.TooLong(value) ?? rule(value));
            else if (isRequired && !errors.Exists(e => e.Index == index && (e.Field == name(attribute) || e.Field == "body"))) Add(attribute, "is required");
        }

        void Add(string attribute, string? problem)
        {
            if (problem is not null && errors.Count < Http.Json.JsonLimits.MaxErrors) errors.Add(new FieldError(name(attribute), problem, index));
        }

        string? Own(string extension)
        {
            if (!draft.Extensions.TryGetValue(extension, out var value)) return null;
            // A number or a boolean is somebody's id too.
            var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
            if (text.Length > MaxOwnField) Add(extension, $"is {text.Length} characters long; at most {MaxOwnField} are allowed");
            return text;
        }
    }

    private static NewEvent ToNewEvent(CloudEventDraft draft, string? organization, string? user, string? session) => new()
    {
        Type = draft.Type!,
        Source = draft.Source,
        Subject = draft.Subject,
        Payload = draft.Payload,
        OrganizationId = organization,
        UserId = user,
        SessionId = session,
        IdempotencyKey = CloudEventKey.Of(draft.Source!, draft.Id!),
        TraceParent = TraceParent(draft),
        IsTrustedJson = true,
        CloudEvent = new CloudEventAttributes
        {
            Id = draft.Id!,
            Time = draft.Time,
            DataContentType = draft.DataContentType,
            DataSchema = draft.DataSchema,
            DataKind = draft.DataKind,
            Extensions = draft.Extensions,
        },
    };

    // The distributed tracing extension; a traceparent header of the request itself goes first.
    private static string? TraceParent(CloudEventDraft draft) =>
        draft.Extensions.TryGetValue("traceparent", out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: <= 55 } text
        && ActivityContext.TryParse(text, null, out _) ? text : null;
}
