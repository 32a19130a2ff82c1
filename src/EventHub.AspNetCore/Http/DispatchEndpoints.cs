using EventHub.AspNetCore.Http.Json;
using EventHub.AspNetCore.Http.OpenApi;
using EventHub.Journal;
using EventHub.Publishing;
using EventHub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.AspNetCore.Http;

/// <summary><c>/dispatches</c>: what became of each event for each subscription.</summary>
internal static class DispatchEndpoints
{
    private const string Noun = "Dispatch";
    private static readonly KnownFields s_retryFields = new("delay_seconds", "max_retries", "retry_delay");

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/dispatches", ListAsync).WithDoc(DispatchDocs.List, ListAsync);
        endpoints.MapGet("/dispatches/{id}", GetAsync).WithDoc(DispatchDocs.Get, GetAsync);
        endpoints.MapPost("/dispatches/{id}/retry", RetryAsync).WithDoc(DispatchDocs.Retry, RetryAsync);
    }

    /// <summary>Answers what became of delivering again.</summary>
    public static Task Requeued(HttpContext context, RequeueResult result, string noun) => result.Status switch
    {
        RequeueStatus.Requeued => Answers.Requeued(context, result.DispatchId!),
        RequeueStatus.NotFound => Answers.NotFound(context, noun),
        RequeueStatus.Ongoing => ProblemJson.Write(
            context, StatusCodes.Status409Conflict, "Dispatch is ongoing", "The dispatch has not ended; wait for its result", "DISPATCH_IS_ONGOING"),
        RequeueStatus.SubscriptionDeleted => ProblemJson.Write(
            context, StatusCodes.Status409Conflict, "Subscription is deleted", "The dispatch's subscription was deleted: there is nowhere to deliver to",
            "SUBSCRIPTION_IS_DELETED"),
        _ => throw new InvalidOperationException($"{result.Status} is no answer."),
    };

    /// <summary>Reads <c>cursor</c>.</summary>
    public static DispatchKey? Cursor(StrictQuery query)
    {
        if (query.Text("cursor") is not { } text) return null;
        if (DispatchCursor.TryParse(text, out var key)) return key;
        query.Add("cursor", $"is '{StrictQuery.Printable(text)}'; must be a next_cursor of an earlier answer");
        return null;
    }

    private static DispatchJournal Journal(HttpContext context) => context.RequestServices.GetRequiredService<DispatchJournal>();

    private static async Task ListAsync(HttpContext context)
    {
        var query = new StrictQuery(context.Request, "status", "subscription_id", "event_id", "order", "limit", "cursor");
        var request = new DispatchListRequest
        {
            Status = Status(query),
            SubscriptionId = query.Text("subscription_id"),
            EventId = EventId(query),
            Descending = query.Descending(true),
            Limit = (int)query.Integer("limit", 1, 1000, 100),
            Cursor = Cursor(query),
        };
        if (query.Errors.Count > 0)
        {
            await Answers.Invalid(context, query.Errors);
            return;
        }

        var page = await Journal(context).ListAsync(request, context.RequestAborted);
        await Answers.Page(context, "dispatches", page.Dispatches, page.NextCursor, DispatchJson.Write);
    }

    private static DispatchStatus? Status(StrictQuery query)
    {
        if (query.Text("status") is not { } text) return null;
        var status = DispatchJson.ParseStatus(text);
        if (status is null)
        {
            var known = string.Join(", ", Enum.GetValues<DispatchStatus>().Select(DispatchJson.Name));
            query.Add("status", $"is '{StrictQuery.Printable(text)}'; must be one of {known}");
        }

        return status;
    }

    private static Guid? EventId(StrictQuery query)
    {
        if (query.Text("event_id") is not { } text) return null;
        if (Guid.TryParseExact(text, "D", out var id)) return id;
        query.Add("event_id", $"is '{StrictQuery.Printable(text)}'; must be an event's id, a UUID");
        return null;
    }

    private static async Task GetAsync(HttpContext context)
    {
        var details = await Journal(context).FindAsync(SubscriptionEndpoints.Id(context), context.RequestAborted);
        await (details is null ? Answers.NotFound(context, Noun) : JsonAnswer.Write(context, StatusCodes.Status200OK, details, DispatchJson.Write));
    }

    private static async Task RetryAsync(HttpContext context)
    {
        if (await JsonBody.ReadOptionalAsync(context) is not { } body) return;
        var errors = new List<FieldError>();
        TimeSpan? delay = null, retryDelay = null;
        int? retries = null;
        Read();
        if (errors.Count > 0)
        {
            await Answers.Invalid(context, errors);
            return;
        }

        var result = await Journal(context).RetryAsync(SubscriptionEndpoints.Id(context), delay, retries, retryDelay, context.RequestAborted);
        await Requeued(context, result, Noun);

        void Read()
        {
            var reader = new StrictObjectReader(body, s_retryFields, errors);
            while (reader.Next(out var field))
            {
                if (field == "delay_seconds") delay = Wait(in reader);
                else if (field == "retry_delay") retryDelay = Wait(in reader);
                else retries = (int?)reader.Integer(0, 100);
            }
        }
    }

    private static TimeSpan? Wait(in StrictObjectReader reader)
    {
        var wait = reader.Seconds();
        if (wait < TimeSpan.Zero || wait > TimeSpan.FromDays(30)) reader.RefuseValue("must be from 0 to 2592000 seconds");
        return wait;
    }
}
