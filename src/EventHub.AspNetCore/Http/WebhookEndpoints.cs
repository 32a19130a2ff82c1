using EventHub.AspNetCore.Http.Json;
using EventHub.AspNetCore.Http.OpenApi;
using EventHub.Delivery.Destinations.Webhook;
using EventHub.Publishing;
using EventHub.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.AspNetCore.Http;

/// <summary><c>/webhooks</c>: the subscriptions whose destination is a webhook, laid flat. Others are not found here.</summary>
internal static class WebhookEndpoints
{
    public const string Noun = "Webhook";

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
    public static Subscription? Find(HttpContext context) =>
        Subscriptions(context).Find(SubscriptionEndpoints.Id(context)) is { Subscription: { Destination: WebhookDestination } webhook } ? webhook : null;

    private static SubscriptionService Subscriptions(HttpContext context) => context.RequestServices.GetRequiredService<SubscriptionService>();

    private static SubscriptionIntake Intake(HttpContext context) => context.RequestServices.GetRequiredService<SubscriptionIntake>();

    private static async Task CreateAsync(HttpContext context)
    {
        if (await JsonBody.ReadAsync(context) is not { } body) return;
        var intake = Intake(context);
        var errors = new List<FieldError>();
        var draft = intake.New();
        WebhookJsonReader.Read(body, draft, errors);
        if (errors.Count > 0)
        {
            await Answers.Invalid(context, errors);
            return;
        }

        // Signed unless the caller says that it shall not be: a receiver can ignore signatures, but cannot ask for missing ones.
        if (!draft.Secret.IsGiven) draft.Secret = new SecretField(true, WebhookSecret.Generate());
        var (webhook, refused) = await intake.CreateAsync(draft, context.RequestAborted);
        if (webhook is null)
        {
            await Answers.Invalid(context, [.. refused.Select(e => e with { Field = WebhookJsonReader.CallersPath(draft, e.Field) })]);
            return;
        }

        context.Response.Headers.Location = $"{context.Request.PathBase}/webhooks/{Uri.EscapeDataString(webhook.Id)}";
        await JsonAnswer.Write(context, StatusCodes.Status201Created, (webhook, draft.Secret.Value), static (writer, state) =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("success"u8, true);
            writer.WriteString("webhookId"u8, state.webhook.Id);
            writer.WritePropertyName("webhook"u8);
            WebhookJsonWriter.Write(writer, state.webhook, state.Value);
            writer.WriteEndObject();
        });
    }

    private static Task List(HttpContext context)
    {
        var query = new StrictQuery(context.Request);
        var webhooks = Subscriptions(context).List().Select(v => v.Subscription).Where(s => s.Destination is WebhookDestination);
        return query.Errors.Count > 0
            ? Answers.Invalid(context, query.Errors)
            : Answers.List(context, "webhooks", webhooks, static (writer, webhook) => WebhookJsonWriter.Write(writer, webhook));
    }

    private static Task Get(HttpContext context) => Find(context) is { } webhook
        ? JsonAnswer.Write(context, StatusCodes.Status200OK, webhook, static (writer, webhook) =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("webhook"u8);
            WebhookJsonWriter.Write(writer, webhook);
            writer.WriteEndObject();
        })
        : Answers.NotFound(context, Noun);

    private static async Task UpdateAsync(HttpContext context)
    {
        if (Find(context) is null)
        {
            await Answers.NotFound(context, Noun);
            return;
        }

        if (await JsonBody.ReadAsync(context) is not { } body) return;
        var (webhook, draft, errors) = await Intake(context).UpdateAsync(SubscriptionEndpoints.Id(context), body, Read, context.RequestAborted);
        if (errors.Count > 0) await Answers.Invalid(context, [.. errors.Select(e => e with { Field = WebhookJsonReader.CallersPath(draft!, e.Field) })]);
        else if (webhook is not { Destination: WebhookDestination }) await Answers.NotFound(context, Noun);
        else await Changed(context, webhook, draft!.Secret.Value);
    }

    // Somebody may have given it another kind of destination since it was looked up; then it is left as it is, and not found.
    private static void Read(ReadOnlyMemory<byte> body, SubscriptionDraft draft, List<FieldError> errors)
    {
        if (draft.Subscription.Destination is WebhookDestination) WebhookJsonReader.Read(body, draft, errors);
    }

    private static Task Changed(HttpContext context, Subscription webhook, string? secret) =>
        JsonAnswer.Write(context, StatusCodes.Status200OK, (webhook, secret), static (writer, state) =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("success"u8, true);
            writer.WritePropertyName("webhook"u8);
            WebhookJsonWriter.Write(writer, state.webhook, state.secret);
            writer.WriteEndObject();
        });

    private static async Task DeleteAsync(HttpContext context)
    {
        var isDeleted = Find(context) is { } webhook && await Subscriptions(context).DeleteAsync(webhook.Id, context.RequestAborted);
        await (isDeleted ? Answers.Success(context) : Answers.NotFound(context, Noun));
    }
}
