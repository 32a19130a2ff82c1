using EventHub.AspNetCore.Http.Json;
using EventHub.AspNetCore.Http.OpenApi;
using EventHub.Publishing;
using EventHub.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.AspNetCore.Http;

/// <summary><c>/subscriptions</c>: which events, where to, how.</summary>
internal static class SubscriptionEndpoints
{
    private const string Noun = "Subscription";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/subscriptions", CreateAsync).WithDoc(SubscriptionDocs.Create, CreateAsync);
        endpoints.MapGet("/subscriptions", List).WithDoc(SubscriptionDocs.List, List);
        endpoints.MapGet("/subscriptions/{id}", Get).WithDoc(SubscriptionDocs.Get, Get);
        endpoints.MapPatch("/subscriptions/{id}", UpdateAsync).WithDoc(SubscriptionDocs.Update, UpdateAsync);
        endpoints.MapDelete("/subscriptions/{id}", DeleteAsync).WithDoc(SubscriptionDocs.Delete, DeleteAsync);
        endpoints.MapPost("/subscriptions/{id}/replay", ReplayAsync).WithDoc(SubscriptionDocs.Replay, ReplayAsync);
    }

    /// <summary>The <c>id</c> in a request's path.</summary>
    public static string Id(HttpContext context) => (string)context.Request.RouteValues["id"]!;

    private static SubscriptionService Subscriptions(HttpContext context) => context.RequestServices.GetRequiredService<SubscriptionService>();

    private static SubscriptionIntake Intake(HttpContext context) => context.RequestServices.GetRequiredService<SubscriptionIntake>();

    private static async Task CreateAsync(HttpContext context)
    {
        if (await JsonBody.ReadAsync(context) is not { } body) return;
        var intake = Intake(context);
        var errors = new List<FieldError>();
        var draft = intake.New();
        SubscriptionJsonReader.Read(body, draft, errors);
        if (errors.Count > 0)
        {
            await Answers.Invalid(context, errors);
            return;
        }

        var (subscription, refused) = await intake.CreateAsync(draft, context.RequestAborted);
        if (subscription is null)
        {
            await Answers.Invalid(context, refused);
            return;
        }

        context.Response.Headers.Location = $"{context.Request.PathBase}/subscriptions/{Uri.EscapeDataString(subscription.Id)}";
        await JsonAnswer.Write(context, StatusCodes.Status201Created, subscription, SubscriptionJsonWriter.Write);
    }

    private static Task List(HttpContext context)
    {
        var query = new StrictQuery(context.Request);
        return query.Errors.Count > 0
            ? Answers.Invalid(context, query.Errors)
            : Answers.List(context, "subscriptions", Subscriptions(context).List().Select(v => v.Subscription), SubscriptionJsonWriter.Write);
    }

    private static Task Get(HttpContext context) =>
        Subscriptions(context).Find(Id(context)) is { Subscription: var subscription }
            ? JsonAnswer.Write(context, StatusCodes.Status200OK, subscription, SubscriptionJsonWriter.Write)
            : Answers.NotFound(context, Noun);

    private static async Task UpdateAsync(HttpContext context)
    {
        if (await JsonBody.ReadAsync(context) is not { } body) return;
        var (subscription, _, errors) = await Intake(context).UpdateAsync(Id(context), body, SubscriptionJsonReader.Read, context.RequestAborted);
        await (errors.Count > 0 ? Answers.Invalid(context, errors)
            : subscription is null ? Answers.NotFound(context, Noun)
            : JsonAnswer.Write(context, StatusCodes.Status200OK, subscription, SubscriptionJsonWriter.Write));
    }

    private static async Task DeleteAsync(HttpContext context) =>
        await (await Subscriptions(context).DeleteAsync(Id(context), context.RequestAborted) ? Answers.Success(context) : Answers.NotFound(context, Noun));

    private static async Task ReplayAsync(HttpContext context)
    {
        if (Subscriptions(context).Find(Id(context)) is null)
        {
            await Answers.NotFound(context, Noun);
            return;
        }

        if (await JsonBody.ReadAsync(context) is not { } body) return;
        var errors = new List<FieldError>();
        var log = context.RequestServices.GetRequiredService<Storage.IEventLog>();
        var range = await ReplayRange.ResolveAsync(ReplayJsonReader.Read(body, errors), log, errors, context.RequestAborted);
        if (errors.Count > 0)
        {
            await Answers.Invalid(context, errors);
            return;
        }

        var track = await Subscriptions(context).ReplayAsync(Id(context), range.From, range.Until, context.RequestAborted);
        if (track is null)
        {
            await Answers.NotFound(context, Noun);
            return;
        }

        await JsonAnswer.Write(context, StatusCodes.Status202Accepted, track, static (writer, track) =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("replay"u8);
            writer.WriteNumber("generation"u8, track.Generation);
            writer.WriteNumber("from_sequence"u8, track.Floor + 1);
            writer.WriteNumber("until_sequence"u8, track.Until ?? track.Floor);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }
}
