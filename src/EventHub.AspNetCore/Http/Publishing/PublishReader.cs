using EventHub.AspNetCore.CloudEvents;
using EventHub.Publishing;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http.Publishing;

/// <summary>Reads the events of a publish, whatever form they came in.</summary>
internal static class PublishReader
{
    /// <summary>Reads a single event; <c>null</c> when errors were added.</summary>
    public static NewEvent? ReadOne(PublishFormat format, HttpRequest request, ReadOnlyMemory<byte> body, List<FieldError> errors) => format switch
    {
        PublishFormat.Json => NewEventJson.Read(body, errors),
        PublishFormat.CloudEvent => CloudEventJson.Read(body, errors),
        PublishFormat.CloudEventBinary => CloudEventHeaders.Read(request, body, errors),
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>Cuts a batch into its items; empty when errors were added.</summary>
    public static List<ReadOnlyMemory<byte>> Cut(PublishFormat format, ReadOnlyMemory<byte> body, List<FieldError> errors) =>
        format == PublishFormat.NdJsonBatch ? BatchItems.OfLines(body, errors) : BatchItems.OfArray(body, errors);

    /// <summary>Reads all items of a batch, so that the errors of all are told; incomplete when errors were added.</summary>
    public static List<NewEvent> ReadAll(PublishFormat format, List<ReadOnlyMemory<byte>> items, List<FieldError> errors)
    {
        var events = new List<NewEvent>(items.Count);
        for (var i = 0; i < items.Count && errors.Count < Json.JsonLimits.MaxErrors; i++)
        {
            var item = format == PublishFormat.CloudEventBatch ? CloudEventJson.Read(items[i], errors, i) : NewEventJson.Read(items[i], errors, i);
            if (item is not null) events.Add(item);
        }

        return events;
    }
}
