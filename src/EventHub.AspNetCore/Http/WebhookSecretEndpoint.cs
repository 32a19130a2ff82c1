using System.Text.Json;
using EventHub.AspNetCore.Http.Json;
using EventHub.AspNetCore.Http.OpenApi;
using EventHub.Delivery.Destinations.Webhook;
using EventHub.Events;
using EventHub.Publishing;
using EventHub.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.AspNetCore.Http;

/// <summary><c>POST /webhooks/{id}/rotate-secret</c>: a new secret, while the old one signs along for a time.</summary>
internal static class WebhookSecretEndpoint
{
    private const int DefaultGraceSeconds = 86_400;
    private const int MaxGraceSeconds = 30 * 86_400;
    private static readonly KnownFields s_fields = new("secret", "grace_seconds");

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/webhooks/{id}/rotate-secret", RotateAsync).WithDoc(WebhookDocs.RotateSecret, RotateAsync);

    private static async Task RotateAsync(HttpContext context)
    {
        if (WebhookEndpoints.Find(context) is not { } webhook)
        {
            await Answers.NotFound(context, WebhookEndpoints.Noun);
            return;
        }

        if (await JsonBody.ReadOptionalAsync(context) is not { } body) return;
        var errors = new List<FieldError>();
        var (given, grace) = Read(body, errors);
        if (errors.Count > 0)
        {
            await Answers.Invalid(context, errors);
            return;
        }

        var services = context.RequestServices;
        var secret = given ?? WebhookSecret.Generate();
        var fresh = services.GetRequiredService<SubscriptionIntake>().Protect(secret);
        var expiresAt = services.GetRequiredService<TimeProvider>().GetUtcNow() + grace;
        var (version, refused) = await services.GetRequiredService<SubscriptionService>()
            .UpdateAsync(webhook.Id, current => Rotate(current, fresh, expiresAt, grace > TimeSpan.Zero), context.RequestAborted);
        await (refused.Count > 0 ? Answers.Invalid(context, refused)
            : version is not { Subscription: { Destination: WebhookDestination } rotated } ? Answers.NotFound(context, WebhookEndpoints.Noun)
            : JsonAnswer.Write(context, StatusCodes.Status200OK, (rotated, secret), Write));
    }

    private static (string? Secret, TimeSpan Grace) Read(byte[] body, List<FieldError> errors)
    {
        string? secret = null;
        var grace = DefaultGraceSeconds;
        var reader = new StrictObjectReader(body, s_fields, errors);
        while (reader.Next(out var field))
        {
            if (field == "secret") secret = WebhookFields.Secret(in reader).Value;
            else grace = (int)(reader.Integer(0, MaxGraceSeconds) ?? DefaultGraceSeconds);
        }

        return (secret, TimeSpan.FromSeconds(grace));
    }

    // Only the newest of the old ones signs along: receivers are told to expect two signatures, and whoever rotates twice wants the first gone.
    private static Subscription Rotate(Subscription current, ProtectedSecret fresh, DateTimeOffset expiresAt, bool keepOld)
    {
        if (current.Destination is not WebhookDestination webhook) return current;
        var old = keepOld ? webhook.Secrets.Take(1).Select(s => s with { ExpiresAt = expiresAt }) : [];
        return current with { Destination = webhook with { Secrets = [fresh, .. old] } };
    }

    private static void Write(Utf8JsonWriter writer, (Subscription Webhook, string Secret) state)
    {
        var old = ((WebhookDestination)state.Webhook.Destination).Secrets.Skip(1).FirstOrDefault();
        writer.WriteStartObject();
        writer.WriteBoolean("success"u8, true);
        writer.WriteString("secret"u8, state.Secret);
        writer.WriteString("previous_secret_expires_at"u8, old?.ExpiresAt is { } time ? EventJson.Time(time) : null);
        writer.WritePropertyName("webhook"u8);
        WebhookJsonWriter.Write(writer, state.Webhook);
        writer.WriteEndObject();
    }
}
