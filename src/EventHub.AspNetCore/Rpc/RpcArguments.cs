using System.Text.Json;
using EventHub.AspNetCore.Http;
using EventHub.AspNetCore.Http.Json;
using EventHub.AspNetCore.Http.Publishing;
using EventHub.Publishing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace EventHub.AspNetCore.Rpc;

/// <summary>Reads the arguments of RPC methods into what the HTTP interface reads them into.</summary>
internal static class RpcArguments
{
    private static readonly KnownFields s_anyField = new() { IsOpen = true };
    private static readonly KnownFields s_batchFields = new("events", "idempotency_key");

    /// <summary>A text.</summary>
    /// <exception cref="Microsoft.AspNetCore.SignalR.HubException">It is none.</exception>
    public static string Text(RawJson value, string name)
    {
        if (value.Utf8.Span.StartsWith("\""u8))
        {
            if (JsonText.Validate(value.Utf8, out _) is { } problem) throw Refusal(name, problem);
            return JsonElement.Parse(value.Utf8.Span).GetString()!;
        }

        throw Refusal(name, value.IsGiven ? $"is {StrictObjectReader.Quote(value.Utf8.Span)}; must be a string" : "is required");
    }

    /// <summary>The members of an object, as a query string would hold them: texts, numbers, and arrays of texts for a parameter with several values.</summary>
    public static QueryCollection Query(RawJson value)
    {
        var errors = new List<FieldError>();
        var parameters = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        var reader = new StrictObjectReader(value.OrEmptyObject, s_anyField, errors);
        while (reader.Next(out var field))
        {
            if (reader.IsNull) continue;
            StringValues text = reader.Kind switch
            {
                JsonTokenType.String => reader.String(),
                JsonTokenType.Number => StrictObjectReader.Quote(reader.Raw.Span),
                JsonTokenType.StartArray => reader.Strings(1000)?.ToArray(),
                _ => Unfit(in reader),
            };
            parameters[field] = StringValues.Concat(parameters.GetValueOrDefault(field), text);
        }

        RpcProblems.ThrowIfAny(errors);
        return new QueryCollection(parameters);

        static string? Unfit(in StrictObjectReader reader)
        {
            reader.RefuseValue("must be a string, a number or an array of strings");
            return null;
        }
    }

    /// <summary>The events of a batch: an array, or an object of <c>events</c> and an <c>idempotency_key</c> for all of them.</summary>
    public static (List<ReadOnlyMemory<byte>> Items, string? Key) Batch(RawJson value)
    {
        var errors = new List<FieldError>();
        var events = value.Utf8;
        string? key = null;
        if (value.Utf8.Span.StartsWith("{"u8))
        {
            events = default;
            var reader = new StrictObjectReader(value.Utf8, s_batchFields, errors);
            while (reader.Next(out var field))
            {
                if (field == "events") events = reader.Raw;
                else key = reader.String();
            }

            reader.Require("events");
            RpcProblems.ThrowIfAny(errors);
        }

        var items = BatchItems.OfArray(events, errors);
        RpcProblems.ThrowIfAny(errors);
        return (items, key);
    }

    private static Microsoft.AspNetCore.SignalR.HubException Refusal(string name, string message) => Problem.Invalid([new FieldError(name, message)]).Exception();
}
