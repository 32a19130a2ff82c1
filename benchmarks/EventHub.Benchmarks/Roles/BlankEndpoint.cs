using System.Buffers;
using System.Text.Json;
using EventHub.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EventHub.Benchmarks.Roles;

/// <summary>
/// What durable ingest is compared with: the same server, which reads every event's JSON to its end with the UTF-8 reader, takes the text fields as
/// strings and the payload as bytes, checks that type and payload are there and that the type is one, and answers 202 with an answer of the same size. It
/// stores nothing. Under <c>/bound</c> the framework binds the body to a record instead, as most handlers are written.
/// </summary>
internal static class BlankEndpoint
{
    private static readonly byte[] s_one =
        """{"event_id":"0199f0a0-0000-7000-8000-000000000000","sequence":1234567,"message":"Event accepted for processing","latency_ms":0.123}"""u8.ToArray();

    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/events", (RequestDelegate)AnswerAsync);
        app.MapPost("/events/batch", (RequestDelegate)AnswerBatchAsync);
        app.MapPost("/bound/events", (BoundEvent item) => Bound(IsComplete(item), s_one));
        app.MapPost("/bound/events/batch", (BoundEvent[] items) => Bound(items.All(IsComplete), BatchAnswer(items.Length)));
        await app.StartAsync();
        await Standing.UntilStdinEndsAsync(app.Urls.First());
    }

    private static async Task AnswerAsync(HttpContext context) => await WriteAsync(context, await ReadAsync(context) == 1 ? s_one : null);

    private static async Task AnswerBatchAsync(HttpContext context) => await WriteAsync(context, await ReadAsync(context) is >= 0 and var events ? BatchAnswer(events) : null);

    private static byte[] BatchAnswer(int events)
    {
        var item = """{"event_id":"0199f0a0-0000-7000-8000-000000000000","sequence":1234567,"duplicate":false},"""u8;
        var output = new ArrayBufferWriter<byte>(64 + (events * item.Length));
        output.Write("""{"accepted":50,"events":["""u8);
        for (var i = 0; i < events; i++) output.Write(item);
        output.Write("]}"u8);
        return output.WrittenSpan.ToArray();
    }

    private static async Task WriteAsync(HttpContext context, byte[]? answer)
    {
        context.Response.StatusCode = answer is null ? 400 : 202;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = answer?.Length ?? 0;
        if (answer is not null) await context.Response.BodyWriter.WriteAsync(answer);
    }

    /// <summary>Events in the body; -1 when one of them is none.</summary>
    private static async Task<int> ReadAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync();
            if (!result.IsCompleted)
            {
                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                continue;
            }

            var count = Parse(result.Buffer);
            reader.AdvanceTo(result.Buffer.End);
            return count;
        }
    }

    private static int Parse(ReadOnlySequence<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var events = 0;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.StartObject) continue;
            if (!ParseEvent(ref reader, json)) return -1;
            events++;
        }

        return events;
    }

    private static bool ParseEvent(ref Utf8JsonReader reader, ReadOnlySequence<byte> json)
    {
        string? type = null;
        byte[]? payload = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                type = reader.GetString();
            }
            else if (reader.ValueTextEquals("payload"u8))
            {
                reader.Read();
                var start = reader.TokenStartIndex;
                reader.Skip();
                payload = json.Slice(start, reader.BytesConsumed - start).ToArray();
            }
            else
            {
                reader.Read();
                _ = reader.GetString();
            }
        }

        return type is not null && payload is not null && EventType.Validate(type) is null;
    }

    private static bool IsComplete(BoundEvent item) => item.Type is { } type && item.Payload.ValueKind != JsonValueKind.Undefined && EventType.Validate(type) is null;

    private static IResult Bound(bool isComplete, byte[] answer) => isComplete ? new BoundAnswer(answer) : Results.BadRequest();

    private sealed record BoundEvent(string? Type, string? Source, string? Organization_id, string? User_id, JsonElement Payload);

    private sealed class BoundAnswer(byte[] answer) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, answer);
    }
}
