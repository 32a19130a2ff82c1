using EventHub.AspNetCore.Http.OpenApi;
using EventHub.Consumers;
using EventHub.Publishing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.AspNetCore.Http.Consumers;

/// <summary><c>/consumers</c>: cursors the hub keeps for clients that fetch their events.</summary>
internal static class ConsumerEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var reading = endpoints.ServiceProvider.GetRequiredService<ConsumerReadHandler>();
        endpoints.MapGet("/consumers", ListAsync).WithDoc(ConsumerDocs.List, ListAsync);
        endpoints.MapGet("/consumers/{name}", GetAsync).WithDoc(ConsumerDocs.Get, GetAsync);
        endpoints.MapPut("/consumers/{name}", PutAsync).WithDoc(ConsumerDocs.Put, PutAsync);
        endpoints.MapDelete("/consumers/{name}", DeleteAsync).WithDoc(ConsumerDocs.Delete, DeleteAsync);
        endpoints.MapGet("/consumers/{name}/events", reading.PollAsync).WithDoc(ConsumerDocs.Poll, reading.PollAsync);
        endpoints.MapGet("/consumers/{name}/stream", reading.StreamAsync).WithDoc(ConsumerDocs.Stream, reading.StreamAsync);
        endpoints.MapPost("/consumers/{name}/ack", AckAsync).WithDoc(ConsumerDocs.Ack, AckAsync);
        endpoints.MapPost("/consumers/{name}/seek", SeekAsync).WithDoc(ConsumerDocs.Seek, SeekAsync);
    }

    /// <summary>The <c>name</c> in a request's path. Servers leave a slash as it was written, escaped; no consumer has one in its name.</summary>
    public static string Name(HttpContext context) => ((string)context.Request.RouteValues["name"]!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private static ConsumerService Consumers(HttpContext context) => context.RequestServices.GetRequiredService<ConsumerService>();

    private static async Task ListAsync(HttpContext context)
    {
        var query = new StrictQuery(context.Request);
        if (query.Errors.Count > 0) await Answers.Invalid(context, query.Errors);
        else await Answers.List(context, "consumers", await Consumers(context).ListAsync(context.RequestAborted), ConsumerJsonWriter.Write);
    }

    private static async Task GetAsync(HttpContext context) =>
        await (await Consumers(context).FindAsync(Name(context), context.RequestAborted) is { } consumer
            ? JsonAnswer.Write(context, StatusCodes.Status200OK, consumer, ConsumerJsonWriter.Write)
            : Answers.NotFound(context, ConsumerAnswers.Noun));

    private static async Task PutAsync(HttpContext context)
    {
        if (await JsonBody.ReadAsync(context) is not { } body) return;
        var errors = new List<FieldError>();
        var (events, start) = ConsumerJsonReader.ReadConsumer(body, errors);
        if (errors.Count > 0)
        {
            await Answers.Invalid(context, errors);
            return;
        }

        var (consumer, isNew, refused) = await Consumers(context).SaveAsync(Name(context), events, start, context.RequestAborted);
        if (consumer is null)
        {
            await Answers.Invalid(context, refused);
            return;
        }

        if (isNew) context.Response.Headers.Location = $"{context.Request.PathBase}/consumers/{Uri.EscapeDataString(consumer.Record.Name)}";
        await JsonAnswer.Write(context, isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, consumer, ConsumerJsonWriter.Write);
    }

    private static async Task DeleteAsync(HttpContext context) =>
        await (await Consumers(context).DeleteAsync(Name(context), context.RequestAborted) ? Answers.Success(context) : Answers.NotFound(context, ConsumerAnswers.Noun));

    private static async Task AckAsync(HttpContext context)
    {
        var query = new StrictQuery(context.Request, ConsumerClient.Parameter);
        var client = ConsumerClient.Read(context.Request, query);
        if (await JsonBody.ReadAsync(context) is not { } body) return;
        var sequence = ConsumerJsonReader.ReadAck(body, query.Errors);
        if (query.Errors.Count > 0) await Answers.Invalid(context, query.Errors);
        else await ConsumerAnswers.Write(context, await Consumers(context).AckAsync(Name(context), client, sequence, context.RequestAborted));
    }

    private static async Task SeekAsync(HttpContext context)
    {
        var query = new StrictQuery(context.Request, ConsumerClient.Parameter);
        var client = ConsumerClient.Read(context.Request, query);
        if (await JsonBody.ReadAsync(context) is not { } body) return;
        var to = ConsumerJsonReader.ReadSeek(body, query.Errors);
        if (query.Errors.Count > 0) await Answers.Invalid(context, query.Errors);
        else await ConsumerAnswers.Write(context, await Consumers(context).SeekAsync(Name(context), client, to, context.RequestAborted));
    }
}
