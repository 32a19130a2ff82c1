using System.Buffers;
using System.Globalization;
using System.Text.Json;
using EventHub.Events;
using EventHub.Journal;
using EventHub.Publishing;
using EventHub.Storage;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http.Publishing;

/// <summary>Writes what became of a publish.</summary>
internal sealed class PublishAnswer(IEventLog log, DispatchJournal journal, TimeProvider time)
{
    private const string Invalid = "Invalid request";

    /// <summary>Answers the publish of one event.</summary>
    /// <param name="context">The request.</param>
    /// <param name="result">What became of it.</param>
    /// <param name="started">Timestamp of the clock when the request came.</param>
    public Task WriteOne(HttpContext context, PublishResult result, long started)
    {
        if (result.Status is not (PublishStatus.Accepted or PublishStatus.Duplicate)) return WriteFailure(context, result, isBatch: false);
        var isDuplicate = result.Status == PublishStatus.Duplicate || result.Events[0].IsDuplicate;
        var place = result.Events[0];
        var headers = context.Response.Headers;
        headers.Location = $"{context.Request.PathBase}/events/{place.Id}";
        if (isDuplicate) headers["Idempotent-Replayed"] = "true";
        if (PreferHeader.WantsRepresentation(context.Request.Headers)) return WriteRepresentation(context, result, isDuplicate, started);
        return JsonAnswer.Write(context, isDuplicate ? 200 : 202, (place, isDuplicate, Elapsed(started)), static (writer, state) =>
        {
            writer.WriteStartObject();
            WritePlace(writer, state.place, state.isDuplicate, state.Item3);
            writer.WriteEndObject();
        });
    }

    /// <summary>Answers the publish of a batch.</summary>
    public static Task WriteBatch(HttpContext context, PublishResult result)
    {
        if (result.Status is not (PublishStatus.Accepted or PublishStatus.Duplicate)) return WriteFailure(context, result, isBatch: true);
        if (result.Status == PublishStatus.Duplicate) context.Response.Headers["Idempotent-Replayed"] = "true";
        return JsonAnswer.Write(context, result.Status == PublishStatus.Duplicate ? 200 : 202, result.Events, static (writer, events) =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("accepted"u8, events.Count);
            writer.WriteStartArray("events"u8);
            foreach (var place in events)
            {
                writer.WriteStartObject();
                writer.WriteString("event_id"u8, place.Id);
                writer.WriteNumber("sequence"u8, place.Sequence);
                writer.WriteBoolean("duplicate"u8, place.IsDuplicate);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    /// <summary>Answers a request with bad fields.</summary>
    public static Task WriteInvalid(HttpContext context, IReadOnlyList<FieldError> errors) =>
        ProblemJson.Write(context, StatusCodes.Status400BadRequest, Invalid, errors);

    /// <summary>Answers a batch with an event in it that is too large.</summary>
    public static Task WriteTooLarge(HttpContext context, int index, int length, int limit) => ProblemJson.Write(
        context, StatusCodes.Status413PayloadTooLarge, "Payload too large", [new FieldError("body", $"is {length} bytes long; an event may have at most {limit}", index)]);

    private static Task WriteFailure(HttpContext context, PublishResult result, bool isBatch)
    {
        if (result.RetryAfter is { } wait)
            context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return result.Status switch
        {
            PublishStatus.Invalid => WriteInvalid(context, result.Errors),
            PublishStatus.Conflict => WriteConflict(context, isBatch && result.ConflictIndex >= 0 ? result.ConflictIndex : null),
            PublishStatus.QueueFull => ProblemJson.Write(context, StatusCodes.Status503ServiceUnavailable, "Overloaded", result.Error, "QUEUE_FULL"),
            PublishStatus.Unavailable => ProblemJson.Write(context, StatusCodes.Status503ServiceUnavailable, "Unavailable", result.Error, "UNAVAILABLE"),
            _ => throw new ArgumentOutOfRangeException(nameof(result)),
        };
    }

    private static Task WriteConflict(HttpContext context, int? index) => ProblemJson.Write(
        context,
        StatusCodes.Status409Conflict,
        "Idempotency key conflict",
        [new FieldError("idempotency_key", "was used before for other content; nothing was stored", index)],
        "IDEMPOTENCY_CONFLICT");

    private async Task WriteRepresentation(HttpContext context, PublishResult result, bool isDuplicate, long started)
    {
        context.Response.Headers["Preference-Applied"] = PreferHeader.Representation;
        var place = result.Events[0];
        var (source, progress) = (result.Appended.Count > 0 ? result.Appended[0] : null, EventProgress.Pending);
        if (source is null && await log.FindAsync(place.Id, context.RequestAborted) is { } original)
        {
            source = original;
            progress = (await journal.GetDispatchesAsync(original, context.RequestAborted)).Progress;
        }

        var json = new ArrayBufferWriter<byte>(1024);
        if (source is not null) EventJson.Write(json, source, progress);
        await JsonAnswer.Write(context, isDuplicate ? 200 : 202, (place, isDuplicate, json, Elapsed(started)), static (writer, state) =>
        {
            writer.WriteStartObject();
            WritePlace(writer, state.place, state.isDuplicate, state.Item4);
            writer.WriteBoolean("success"u8, true);
            writer.WritePropertyName("event"u8);
            // The original of a duplicate may have been removed by retention: its key lives on its own time.
            if (state.json.WrittenCount == 0) writer.WriteNullValue();
            else writer.WriteRawValue(state.json.WrittenSpan, skipInputValidation: true);
            writer.WriteEndObject();
        });
    }

    private static void WritePlace(Utf8JsonWriter writer, AppendedEvent place, bool isDuplicate, double latency)
    {
        writer.WriteString("event_id"u8, place.Id);
        writer.WriteNumber("sequence"u8, place.Sequence);
        writer.WriteString("message"u8, isDuplicate ? "Event already exists"u8 : "Event accepted for processing"u8);
        writer.WriteNumber("latency_ms"u8, latency);
    }

    private double Elapsed(long started) => Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 3);
}
