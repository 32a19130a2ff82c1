using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EventHub.Benchmarks.Roles;

/// <summary>
/// What durable ingest is compared with: the same server, which reads the JSON to its end and answers 202 with an answer of the same size, and
/// stores nothing.
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
        app.MapPost("/events", (RequestDelegate)(context => AnswerAsync(context, s_one)));
        app.MapPost("/events/batch", (RequestDelegate)AnswerBatchAsync);
        await app.StartAsync();
        await Standing.UntilStdinEndsAsync(app.Urls.First());
    }

    private static async Task AnswerAsync(HttpContext context, byte[] answer)
    {
        await ReadAsync(context);
        await WriteAsync(context, answer);
    }

    private static async Task AnswerBatchAsync(HttpContext context)
    {
        var events = await ReadAsync(context);
        var item = """{"event_id":"0199f0a0-0000-7000-8000-000000000000","sequence":1234567,"duplicate":false},"""u8;
        var output = new ArrayBufferWriter<byte>(64 + (events * item.Length));
        output.Write("""{"accepted":50,"events":["""u8);
        for (var i = 0; i < events; i++) output.Write(item);
        output.Write("]}"u8);
        await WriteAsync(context, output.WrittenSpan.ToArray());
    }

    private static async Task WriteAsync(HttpContext context, byte[] answer)
    {
        context.Response.StatusCode = 202;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = answer.Length;
        await context.Response.BodyWriter.WriteAsync(answer);
    }

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

            var count = Count(result.Buffer);
            reader.AdvanceTo(result.Buffer.End);
            return count;
        }
    }

    private static int Count(ReadOnlySequence<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var objects = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartObject && reader.CurrentDepth == 1) objects++;
        }

        return objects;
    }
}
