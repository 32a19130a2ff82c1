using System.Buffers;
using EventHub.Events;
using EventHub.Journal;
using EventHub.Publishing;
using EventHub.Storage;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http.Publishing;

/// <summary>Writes what became of a publish.</summary>
internal sealed class PublishAnswer(IEventLog log, DispatchJournal journal, TimeProvider time)
{
    /// <summary>Answers the publish of one event.</summary>
    /// <param name="context">The request.</param>
    /// <param name="result">What became of it.</param>
    /// <param name="started">Timestamp of the clock when the request came.</param>
    public Task WriteOne(HttpContext context, PublishResult result, long started)
    {
        if (PublishProblems.Of(result, isBatch: false) is { } problem) return ProblemJson.Write(context, problem);
        var isDuplicate = result.Status == PublishStatus.Duplicate || result.Events[0].IsDuplicate;
        var place = result.Events[0];
        var headers = context.Response.Headers;
        headers.Location = $"{context.Request.PathBase}/events/{place.Id}";
        if (isDuplicate) headers["Idempotent-Replayed"] = "true";
        if (PreferHeader.WantsRepresentation(context.Request.Headers)) return WriteRepresentation(context, result, isDuplicate, started);
        return JsonAnswer.Write(context, isDuplicate ? 200 : 202, (place, isDuplicate, Elapsed(started)), static (writer, state) =>
        {
            writer.WriteStartObject();
            PublishJson.WritePlace(writer, state.place, state.isDuplicate, state.Item3);
            writer.WriteEndObject();
        });
    }

    /// <summary>Answers the publish of a batch.</summary>
    public static Task WriteBatch(HttpContext context, PublishResult result)
    {
        if (PublishProblems.Of(result, isBatch: true) is { } problem) return ProblemJson.Write(context, problem);
        if (result.Status == PublishStatus.Duplicate) context.Response.Headers["Idempotent-Replayed"] = "true";
        return JsonAnswer.Write(context, result.Status == PublishStatus.Duplicate ? 200 : 202, result.Events, PublishJson.WriteBatch);
    }

    private async Task WriteRepresentation(HttpContext context, PublishResult result, bool isDuplicate, long started)
    {
        context.Response.Headers["Preference-Applied"] = PreferHeader.Representation;
        var place = result.Events[0];
        var (source, progress) = (result.Appended.Count > 0 ? result.Appended[0] : null, EventProgress.Pending);
        // Reading what is known already takes a while.
        await StoreThread.LeaveAsync();
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
            PublishJson.WritePlace(writer, state.place, state.isDuplicate, state.Item4);
            writer.WriteBoolean("success"u8, true);
            writer.WritePropertyName("event"u8);
            // The original of a duplicate may have been removed by retention: its key lives on its own time.
            if (state.json.WrittenCount == 0) writer.WriteNullValue();
            else writer.WriteRawValue(state.json.WrittenSpan, skipInputValidation: true);
            writer.WriteEndObject();
        });
    }

    private double Elapsed(long started) => Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 3);
}
