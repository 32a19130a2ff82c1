using EventHub.AspNetCore.Http.Json;
using EventHub.AspNetCore.Http.OpenApi;
using EventHub.Journal;
using EventHub.Publishing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.AspNetCore.Http;

/// <summary><c>/dispatches</c>: what became of each event for each subscription.</summary>
internal static class DispatchEndpoints
{
    public const string Noun = "Dispatch";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/dispatches", ListAsync).WithDoc(DispatchDocs.List, ListAsync);
        endpoints.MapGet("/dispatches/{id}", GetAsync).WithDoc(DispatchDocs.Get, GetAsync);
        endpoints.MapPost("/dispatches/{id}/retry", RetryAsync).WithDoc(DispatchDocs.Retry, RetryAsync);
    }

    /// <summary>Answers what became of delivering again.</summary>
    public static Task Requeued(HttpContext context, RequeueResult result, string noun) =>
        RequeueProblems.Of(result, noun) is { } problem ? ProblemJson.Write(context, problem) : Answers.Requeued(context, result.DispatchId!);

    private static DispatchJournal Journal(HttpContext context) => context.RequestServices.GetRequiredService<DispatchJournal>();

    private static async Task ListAsync(HttpContext context)
    {
        var request = DispatchQueryReader.Read(context.Request.Query, out var query);
        if (query.Errors.Count > 0)
        {
            await Answers.Invalid(context, query.Errors);
            return;
        }

        var page = await Journal(context).ListAsync(request, context.RequestAborted);
        await Answers.Page(context, "dispatches", page.Dispatches, page.NextCursor, DispatchJson.Write);
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
        var retry = DispatchRetryReader.Read(body, errors);
        if (errors.Count > 0)
        {
            await Answers.Invalid(context, errors);
            return;
        }

        var result = await Journal(context).RetryAsync(SubscriptionEndpoints.Id(context), retry.Delay, retry.MaxRetries, retry.RetryDelay, context.RequestAborted);
        await Requeued(context, result, Noun);
    }
}
