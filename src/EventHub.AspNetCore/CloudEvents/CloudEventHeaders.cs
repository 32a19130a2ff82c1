using EventHub.AspNetCore.Http;
using EventHub.Publishing;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.CloudEvents;

/// <summary>Reads a CloudEvent in binary mode (HTTP Protocol Binding for CloudEvents 1.0): attributes in <c>ce-</c> headers, data in the body.</summary>
internal static class CloudEventHeaders
{
    private const string Prefix = "ce-";

    /// <summary>Reads the event.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body.</param>
    /// <param name="errors">Takes what is wrong: all of it.</param>
    /// <returns>The event; <c>null</c> when errors were added.</returns>
    public static NewEvent? Read(HttpRequest request, ReadOnlyMemory<byte> body, List<FieldError> errors)
    {
        var draft = new CloudEventDraft { DataContentType = string.IsNullOrEmpty(request.ContentType) ? null : request.ContentType };
        foreach (var header in request.Headers)
        {
            if (!header.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) continue;
            var name = header.Key[Prefix.Length..].ToLowerInvariant();
            string? problem = null;
            if (header.Value.Count != 1) problem = "appears more than once";
            else if (!CloudEventHeaderValue.TryDecode(header.Value[0] ?? "", out var value)) problem = "is not percent-encoded UTF-8";
            else problem = Take(draft, name, value);
            if (problem is not null) errors.Add(new FieldError(Prefix + StrictQuery.Printable(name), problem));
        }

        if (CloudEventData.TakeBody(draft, body) is { } badBody) errors.Add(new FieldError("body", badBody));
        return CloudEventMapping.Map(draft, static name => name == "datacontenttype" ? "Content-Type" : Prefix + name, errors, null);
    }

    private static string? Take(CloudEventDraft draft, string name, string value)
    {
        switch (name)
        {
            case "specversion": draft.SpecVersion = value; break;
            case "id": draft.Id = value; break;
            case "source": draft.Source = value; break;
            case "type": draft.Type = value; break;
            case "subject": draft.Subject = value; break;
            case "time": draft.Time = value; break;
            case "dataschema": draft.DataSchema = value; break;
            case "datacontenttype": return "is no header of binary mode; the content type of the data is Content-Type";
            case "data" or "data_base64": return "is no attribute; the data is the body";
            default:
                if (draft.Extensions.Count == CloudEventRules.MaxExtensions) return $"is one extension too many; at most {CloudEventRules.MaxExtensions} are allowed";
                draft.Extensions.Add(name, CloudEventHeaderValue.ToJson(value));
                break;
        }

        return null;
    }
}
