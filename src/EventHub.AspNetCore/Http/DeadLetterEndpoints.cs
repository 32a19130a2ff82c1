using EventHub.AspNetCore.Http.Json;
using EventHub.AspNetCore.Http.OpenApi;
using EventHub.Events;
using EventHub.Journal;
using EventHub.Publishing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.AspNetCore.Http;

/// <summary><c>/dead-letters</c>: dispatches that were given up, to be delivered again or dismissed.</summary>
internal static class DeadLetterEndpoints
{
    private const string Noun = "Dead letter";
    private static readonly KnownFields s_filterFields = new("subscription_id", "since", "until", "type");

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/dead-letters", ListAsync).WithDoc(DeadLetterDocs.List, ListAsync);
        endpoints.MapGet("/dead-letters/{id}", GetAsync).WithDoc(DeadLetterDocs.Get, GetAsync);
        endpoints.MapPost("/dead-letters/{id}/redrive", RedriveAsync).WithDoc(DeadLetterDocs.Redrive, RedriveAsync);
        endpoints.MapPost("/dead-letters/redrive", RedriveAllAsync).WithDoc(DeadLetterDocs.RedriveAll, RedriveAllAsync);
        endpoints.MapDelete("/dead-letters/{id}", DismissAsync).WithDoc(DeadLetterDocs.Dismiss, DismissAsync);
    }

    private static DispatchJournal Journal(HttpContext context) => context.RequestServices.GetRequiredService<DispatchJournal>();

    private static async Task ListAsync(HttpContext context)
    {
        var query = new StrictQuery(context.Request, "subscription_id", "since", "until", "type", "order", "limit", "cursor");
        var filter = new DeadLetterFilter
        {
            SubscriptionId = query.Text("subscription_id"),
            Since = query.Time("since"),
            Until = query.Time("until"),
            Type = query.Text("type") is { } text ? Pattern(text, message => query.Add("type", message)) : null,
        };
        var isDescending = query.Descending(true);
        var limit = (int)query.Integer("limit", 1, 1000, 100);
        var cursor = DispatchQueryReader.Cursor(query);
        if (query.Errors.Count > 0)
        {
            await Answers.Invalid(context, query.Errors);
            return;
        }

        var page = await Journal(context).ListDeadLettersAsync(filter, isDescending, limit, cursor, context.RequestAborted);
        var progress = await Journal(context).GetProgressAsync([.. page.DeadLetters.Select(l => l.Event)], context.RequestAborted);
        await Answers.Page(
            context, "dead_letters", page.DeadLetters.Zip(progress), page.NextCursor, static (writer, item) => DeadLetterJson.Write(writer, item.First, item.Second));
    }

    private static async Task GetAsync(HttpContext context)
    {
        if (await Journal(context).FindDeadLetterAsync(SubscriptionEndpoints.Id(context), context.RequestAborted) is not { } letter)
        {
            await Answers.NotFound(context, Noun);
            return;
        }

        var progress = await Journal(context).GetProgressAsync([letter.Event], context.RequestAborted);
        await JsonAnswer.Write(context, StatusCodes.Status200OK, (letter, progress[0]), static (writer, item) => DeadLetterJson.Write(writer, item.letter, item.Item2));
    }

    private static async Task RedriveAsync(HttpContext context) =>
        await DispatchEndpoints.Requeued(context, await Journal(context).RedriveAsync(SubscriptionEndpoints.Id(context), context.RequestAborted), Noun);

    private static async Task RedriveAllAsync(HttpContext context)
    {
        if (await JsonBody.ReadOptionalAsync(context) is not { } body) return;
        var errors = new List<FieldError>();
        var filter = ReadFilter(body, errors);
        if (errors.Count > 0)
        {
            await Answers.Invalid(context, errors);
            return;
        }

        var redriven = await Journal(context).RedriveAllAsync(filter, context.RequestAborted);
        await JsonAnswer.Write(context, StatusCodes.Status202Accepted, redriven, static (writer, redriven) =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("redriven"u8, redriven);
            writer.WriteEndObject();
        });
    }

    private static async Task DismissAsync(HttpContext context) =>
        await (await Journal(context).DismissAsync(SubscriptionEndpoints.Id(context), context.RequestAborted)
            ? Answers.Success(context)
            : Answers.NotFound(context, Noun));

    private static DeadLetterFilter ReadFilter(byte[] body, List<FieldError> errors)
    {
        var filter = new DeadLetterFilter();
        var reader = new StrictObjectReader(body, s_filterFields, errors);
        while (reader.Next(out var field))
        {
            filter = field switch
            {
                "subscription_id" => filter with { SubscriptionId = reader.String() },
                "since" => filter with { Since = reader.Time() },
                "until" => filter with { Until = reader.Time() },
                _ => filter with { Type = reader.String() is { } text ? Pattern(text, message => errors.Add(new FieldError("type", message))) : null },
            };
        }

        return filter;
    }

    private static TypePattern? Pattern(string text, Action<string> refuse)
    {
        if (TypePattern.TryParse(text, out var pattern, out var error)) return pattern;
        refuse(error);
        return null;
    }
}
