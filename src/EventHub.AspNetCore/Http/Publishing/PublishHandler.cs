using EventHub.Hosting;
using EventHub.Publishing;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http.Publishing;

/// <summary>
/// Answers <c>POST /events</c> and <c>POST /events/batch</c>: read the body, read the events, publish, answer. No model binding: this is
/// the hottest path of the HTTP interface.
/// </summary>
internal sealed class PublishHandler(EventIntake intake, HubOptions options, TimeProvider time, PublishAnswer answer)
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
            await Answers.Invalid(context, errors);
            return;
        }

        var traceParent = TraceHeader.Read(context.Request.Headers) ?? item.TraceParent;
        // A CloudEvent's own key is its source and id; a key in the header then covers the request around it.
        var isRequestKey = format != PublishFormat.Json;
        if (key is not null && !isRequestKey) item = item with { IdempotencyKey = key };
        var result = await intake.PublishAsync(item, isRequestKey ? key : null, traceParent, context.RequestAborted);
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
                await ProblemJson.Write(context, PublishProblems.TooLarge(items[tooLong].Length, options.MaxEventBytes, tooLong));
                return;
            }

            events = PublishReader.ReadAll(format, items, errors);
        }

        if (errors.Count > 0)
        {
            await Answers.Invalid(context, errors);
            return;
        }

        var result = await intake.PublishBatchAsync(events, key, TraceHeader.Read(context.Request.Headers), context.RequestAborted);
        await PublishAnswer.WriteBatch(context, result);
    }
}
