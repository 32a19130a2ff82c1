using System.Buffers;
using System.Globalization;
using System.Text.Json;
using EventHub.AspNetCore.Http.OpenApi;
using EventHub.Publishing;
using EventHub.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.AspNetCore.Http;

/// <summary><c>POST /webhooks/{id}/test</c>: an event for this webhook alone, by the way every event goes.</summary>
internal static class WebhookTestEndpoint
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost("/webhooks/{id}/test", TestAsync).WithDoc(WebhookDocs.Test, TestAsync);

    private static async Task TestAsync(HttpContext context)
    {
        if (WebhookEndpoints.Find(context) is not { } webhook)
        {
            await Answers.NotFound(context, WebhookEndpoints.Noun);
            return;
        }

        var result = await context.RequestServices.GetRequiredService<Publisher>().PublishAsync(
            new NewEvent { Type = TestEvent.Type, Source = TestEvent.SourceFor(webhook.Id), Payload = Payload(webhook.Id) }, context.RequestAborted);
        switch (result.Status)
        {
            case PublishStatus.Accepted:
                await JsonAnswer.Write(context, StatusCodes.Status202Accepted, result.Events[0].Id, static (writer, id) =>
                {
                    writer.WriteStartObject();
                    writer.WriteBoolean("success"u8, true);
                    writer.WriteString("event_id"u8, id);
                    writer.WriteEndObject();
                });
                break;
            case PublishStatus.QueueFull or PublishStatus.Unavailable:
                if (result.RetryAfter is { } wait)
                    context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                await ProblemJson.Write(context, StatusCodes.Status503ServiceUnavailable, "Service unavailable", result.Error);
                break;
            default:
                throw new InvalidOperationException($"A test event was answered with {result.Status}.");
        }
    }

    private static ReadOnlyMemory<byte> Payload(string id)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(buffer, JsonAnswer.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("webhook_id"u8, id);
            writer.WriteString("message"u8, "This is a test event: the webhook works."u8);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
