using EventHub.AspNetCore.Http.Json;
using EventHub.AspNetCore.Http.OpenApi;
using EventHub.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.AspNetCore.Http;

/// <summary><c>/webhooks</c>: the subscriptions whose destination is a webhook, laid flat. Others are not found here.</summary>
internal static class WebhookEndpoints
{
    public const string Noun = WebhookIntake.Noun;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/webhooks", CreateAsync).WithDoc(WebhookDocs.Create, CreateAsync);
        endpoints.MapGet("/webhooks", List).WithDoc(WebhookDocs.List, List);
        endpoints.MapGet("/webhooks/{id}", Get).WithDoc(WebhookDocs.Get, Get);
        endpoints.MapPatch("/webhooks/{id}", UpdateAsync).WithDoc(WebhookDocs.Update, UpdateAsync);
        endpoints.MapDelete("/webhooks/{id}", DeleteAsync).WithDoc(WebhookDocs.Delete, DeleteAsync);
        WebhookSecretEndpoint.Map(endpoints);
        WebhookTestEndpoint.Map(endpoints);
    }

    /// <summary>The webhook the request's path names, or <c>null</c>.</summary>
    public static Subscription? Find(HttpContext context) => Intake(context).Find(SubscriptionEndpoints.Id(context));

    private static WebhookIntake Intake(HttpContext context) => context.RequestServices.GetRequiredService<WebhookIntake>();

    private static async Task CreateAsync(HttpContext context)
    {
        if (await JsonBody.ReadAsync(context) is not { } body) return;
        // Signed unless the caller says that it shall not be: a receiver can ignore signatures, but cannot ask for missing ones.
        var (webhook, secret, errors) = await Intake(context).CreateAsync(body, isSigned: true, context.RequestAborted);
        if (webhook is null)
        {
            await Answers.Invalid(context, errors);
            return;
        }

        context.Response.Headers.Location = $"{context.Request.PathBase}/webhooks/{Uri.EscapeDataString(webhook.Id)}";
        await JsonAnswer.Write(context, StatusCodes.Status201Created, (webhook, secret), static (writer, state) =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("success"u8, true);
            writer.WriteString("webhookId"u8, state.webhook.Id);
            writer.WritePropertyName("webhook"u8);
            WebhookJsonWriter.Write(writer, state.webhook, state.secret);
            writer.WriteEndObject();
        });
    }

    private static Task List(HttpContext context)
    {
        var query = new StrictQuery(context.Request);
        return query.Errors.Count > 0 ? Answers.Invalid(context, query.Errors) : Answers.List(context, "webhooks", Intake(context).List(), WebhookJsonWriter.WriteItem);
    }

    private static Task Get(HttpContext context) =>
        Find(context) is { } webhook ? JsonAnswer.Write(context, StatusCodes.Status200OK, webhook, WebhookJsonWriter.WriteFound) : Answers.NotFound(context, Noun);

    private static async Task UpdateAsync(HttpContext context)
    {
        if (Find(context) is null)
        {
            await Answers.NotFound(context, Noun);
            return;
        }

        if (await JsonBody.ReadAsync(context) is not { } body) return;
        var (webhook, secret, errors) = await Intake(context).UpdateAsync(SubscriptionEndpoints.Id(context), body, context.RequestAborted);
        await (errors.Count > 0 ? Answers.Invalid(context, errors)
            : webhook is null ? Answers.NotFound(context, Noun)
            : JsonAnswer.Write(context, StatusCodes.Status200OK, (webhook, secret), static (writer, state) => WebhookJsonWriter.WriteChanged(writer, state.webhook, state.secret)));
    }

    private static async Task DeleteAsync(HttpContext context) =>
        await (await Intake(context).DeleteAsync(SubscriptionEndpoints.Id(context), context.RequestAborted) ? Answers.Success(context) : Answers.NotFound(context, Noun));
}
