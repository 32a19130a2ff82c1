using System.Globalization;
using System.Text.Json;
using EventHub.AspNetCore.Http.Json;
using EventHub.Publishing;
using EventHub.Routing;

namespace EventHub.AspNetCore.Http.Consumers;

/// <summary>Reads the bodies of requests about consumers.</summary>
internal static class ConsumerJsonReader
{
    private static readonly KnownFields s_consumer = new("events", "start");
    private static readonly KnownFields s_ack = new("sequence");
    private static readonly KnownFields s_seek = new("to");

    /// <summary>Reads <c>{"events":[…],"start"}</c>; the rules of their values are the engine's.</summary>
    public static (IReadOnlyList<string> Events, string Start) ReadConsumer(ReadOnlyMemory<byte> body, List<FieldError> errors)
    {
        IReadOnlyList<string> events = [];
        var start = "now";
        var reader = new StrictObjectReader(body, s_consumer, errors);
        while (reader.Next(out var field))
        {
            if (field == "events") events = reader.Strings(SubscriptionValidator.MaxPatterns) ?? [];
            else start = Place(in reader) ?? "now";
        }

        reader.Require("events");
        return (events, start);
    }

    /// <summary>Reads <c>{"sequence"}</c>.</summary>
    public static long ReadAck(ReadOnlyMemory<byte> body, List<FieldError> errors)
    {
        var sequence = 0L;
        var reader = new StrictObjectReader(body, s_ack, errors);
        while (reader.Next(out _))
        {
            if (reader.IsNull) reader.RefuseValue("must be a sequence");
            else sequence = reader.Integer(0, long.MaxValue) ?? 0;
        }

        reader.Require("sequence");
        return sequence;
    }

    /// <summary>Reads <c>{"to"}</c>.</summary>
    public static string ReadSeek(ReadOnlyMemory<byte> body, List<FieldError> errors)
    {
        var to = "now";
        var reader = new StrictObjectReader(body, s_seek, errors);
        while (reader.Next(out _))
        {
            if (Place(in reader) is { } place && SubscriptionStart.TryParse(place, out _)) to = place;
            else reader.RefuseValue("must be now, beginning, a sequence or a time such as 2026-01-31T12:00:00Z");
        }

        reader.Require("to");
        return to;
    }

    /// <summary>A place as text, or a sequence as a number.</summary>
    private static string? Place(in StrictObjectReader reader) => reader.Kind == JsonTokenType.Number
        ? reader.Integer(0, long.MaxValue)?.ToString(CultureInfo.InvariantCulture)
        : reader.String();
}
