using System.Buffers;
using System.Text;
using System.Text.Json;
using EventHub.Events;
using EventHub.Journal;
using EventHub.Publishing;
using EventHub.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventHub.AspNetCore.Http.Reading;

/// <summary>Answers <c>GET /events</c> and <c>GET /events/{id}</c>.</summary>
internal sealed class EventReadHandler(IEventLog log, DispatchJournal journal)
{
    // What is written between flushes: enough to be efficient, little enough to bound what a slow reader makes us hold.
    private const int FlushBytes = 64 * 1024;

    /// <summary>A page of events, newest first unless asked otherwise.</summary>
    public async Task ListAsync(HttpContext context)
    {
        var query = EventQueryReader.Read(context.Request, out var parameters);
        if (parameters.Errors.Count > 0)
        {
            await ProblemJson.Write(context, StatusCodes.Status400BadRequest, "Invalid request", parameters.Errors);
            return;
        }

        var (events, hasMore) = await EventPageReader.ReadAsync(log, query, context.RequestAborted);
        var progress = await journal.GetProgressAsync(events, context.RequestAborted);
        var next = hasMore ? new EventCursor(events[^1].Sequence, query.Descending).ToString() : null;
        await WriteAsync(context, events, progress, next);
    }

    /// <summary>One event with its dispatches.</summary>
    public async Task FindAsync(HttpContext context)
    {
        var text = (string?)context.GetRouteValue("id") ?? "";
        if (!Guid.TryParseExact(text, "D", out var id))
        {
            FieldError[] errors = [new("id", $"is '{StrictQuery.Printable(text)}'; must be the UUID of an event")];
            await ProblemJson.Write(context, StatusCodes.Status400BadRequest, "Invalid request", errors);
            return;
        }

        if (await log.FindAsync(id, context.RequestAborted) is not { } found)
        {
            await ProblemJson.Write(context, StatusCodes.Status404NotFound, "Event not found");
            return;
        }

        var dispatches = await journal.GetDispatchesAsync(found, context.RequestAborted);
        var buffer = new ArrayBufferWriter<byte>(found.Size + 1024);
        buffer.Write("{\"event\":"u8);
        EventJson.Write(buffer, found, dispatches.Progress);
        buffer.Write(",\"dispatches\":"u8);
        using (var writer = new Utf8JsonWriter(buffer, JsonAnswer.Options))
        {
            writer.WriteStartArray();
            foreach (var dispatch in dispatches.Dispatches) DispatchJson.Write(writer, dispatch);
            writer.WriteEndArray();
        }

        buffer.Write(",\"skipped\":"u8);
        using (var writer = new Utf8JsonWriter(buffer, JsonAnswer.Options)) WriteSkipped(writer, dispatches.Skipped);
        buffer.Write("}"u8);
        await JsonAnswer.WriteBytes(context, StatusCodes.Status200OK, buffer.WrittenSpan);
    }

    private static async Task WriteAsync(HttpContext context, IReadOnlyList<Event> events, IReadOnlyList<EventProgress> progress, string? next)
    {
        context.Response.ContentType = JsonAnswer.ContentType;
        var output = context.Response.BodyWriter;
        output.Write("{\"events\":["u8);
        var unflushed = 0L;
        for (var i = 0; i < events.Count; i++)
        {
            if (i > 0) output.Write(","u8);
            EventJson.Write(output, events[i], progress[i]);
            unflushed += events[i].Size;
            if (unflushed < FlushBytes) continue;
            await output.FlushAsync(context.RequestAborted);
            unflushed = 0;
        }

        // The cursor's alphabet needs no escaping.
        output.Write(Encoding.ASCII.GetBytes($"],\"count\":{events.Count},\"next_cursor\":{(next is null ? "null" : $"\"{next}\"")}}}"));
        await output.FlushAsync(context.RequestAborted);
    }

    private static void WriteSkipped(Utf8JsonWriter writer, IReadOnlyList<SkippedSubscription> skipped)
    {
        writer.WriteStartArray();
        foreach (var subscription in skipped)
        {
            writer.WriteStartObject();
            writer.WriteString("subscription_id"u8, subscription.SubscriptionId);
            writer.WriteString("subscription"u8, subscription.Subscription);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
