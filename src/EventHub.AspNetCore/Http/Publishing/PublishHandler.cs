using System.Diagnostics;
using EventHub.Diagnostics;
using EventHub.Hosting;
using EventHub.Publishing;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http.Publishing;

/// <summary>
/// Answers <c>POST /events</c> and <c>POST /events/batch</c>: read the body, read the events, publish, answer. No model binding: this is
/// the hottest path of the HTTP interface.
/// </summary>
internal sealed class PublishHandler(Publisher publisher, HubOptions options, TimeProvider time, PublishAnswer answer)
{
    /// <summary>Takes one event, or CloudEvents in batched mode.</summary>
    public Task PublishAsync(HttpContext context)
    {
        var format = PublishFormats.OfEvents(context.Request);
        return format switch
        {
            PublishFormat.Unsupported => ContentTypes.Refuse(context, PublishFormats.Single),
            PublishFormat.CloudEventBatch => TakeBatchAsync(context, format),
            _ => TakeOneAsync(context, format),
        };
    }

    /// <summary>Takes a batch.</summary>
    public Task PublishBatchAsync(HttpContext context)
    {
        var format = PublishFormats.OfBatch(context.Request);
        return format == PublishFormat.Unsupported ? ContentTypes.Refuse(context, PublishFormats.Batch) : TakeBatchAsync(context, format);
    }

    private async Task TakeOneAsync(HttpContext context, PublishFormat format)
    {
        var started = time.GetTimestamp();
        var errors = new List<FieldError>();
        var key = RequestKey.Read(context.Request.Headers, errors);
        NewEvent? item;
        using (var body = await RequestBody.ReadAsync(context, options.MaxEventBytes, "an event"))
        {
            if (body is null) return;
            item = PublishReader.ReadOne(format, context.Request, body.Memory, errors);
        }

        if (format == PublishFormat.Json && key is not null && item?.IdempotencyKey is { } own && own != key)
            errors.Add(new FieldError("idempotency_key", "is not the key in the request's header; send one of the two"));
        if (item is null || errors.Count > 0)
        {
            await PublishAnswer.WriteInvalid(context, errors);
            return;
        }

        var traceParent = TraceHeader.Read(context.Request.Headers) ?? item.TraceParent;
        using var activity = HubActivities.StartPublish(item.Type, 1, traceParent);
        item = item with { TraceParent = activity?.Id ?? traceParent };
        PublishResult result;
        // A CloudEvent's own key is its source and id; a key in the header then covers the request around it.
        if (key is not null && format != PublishFormat.Json) result = await publisher.PublishBatchAsync([item], key, context.RequestAborted);
        else result = await publisher.PublishAsync(key is null ? item : item with { IdempotencyKey = key }, context.RequestAborted);
        SetStatus(activity, result);
        await answer.WriteOne(context, result, started);
    }

    private async Task TakeBatchAsync(HttpContext context, PublishFormat format)
    {
        var errors = new List<FieldError>();
        var key = RequestKey.Read(context.Request.Headers, errors);
        List<NewEvent> events;
        using (var body = await RequestBody.ReadAsync(context, BatchLimits.Bytes(options.MaxEventBytes), "a batch"))
        {
            if (body is null) return;
            var items = PublishReader.Cut(format, body.Memory, errors);
            var tooLong = items.FindIndex(i => i.Length > options.MaxEventBytes);
            if (tooLong >= 0)
            {
                await PublishAnswer.WriteTooLarge(context, tooLong, items[tooLong].Length, options.MaxEventBytes);
                return;
            }

            events = PublishReader.ReadAll(format, items, errors);
        }

        if (errors.Count > 0)
        {
            await PublishAnswer.WriteInvalid(context, errors);
            return;
        }

        var header = TraceHeader.Read(context.Request.Headers);
        using var activity = HubActivities.StartPublish(events[0].Type, events.Count, header);
        if ((activity?.Id ?? header) is { } traceParent)
        {
            for (var i = 0; i < events.Count; i++) events[i] = events[i] with { TraceParent = traceParent };
        }

        var result = await publisher.PublishBatchAsync(events, key, context.RequestAborted);
        SetStatus(activity, result);
        await PublishAnswer.WriteBatch(context, result);
    }

    private static void SetStatus(Activity? activity, PublishResult result)
    {
        if (result.Status is not (PublishStatus.Accepted or PublishStatus.Duplicate)) activity?.SetStatus(ActivityStatusCode.Error, result.Status.ToString());
    }
}
