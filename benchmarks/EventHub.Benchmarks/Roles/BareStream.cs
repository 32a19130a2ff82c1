using System.Buffers;
using EventHub.Benchmarks.Load;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EventHub.Benchmarks.Roles;

/// <summary>
/// What live fan-out is compared with: the same server, which writes for every event that is posted the same bytes to all that listen, from memory, with
/// nothing in between: no log, no store, no filter, no way to resume.
/// </summary>
internal static class BareStream
{
    private const int FlushBytes = 32 * 1024;
    private static readonly Lock s_lock = new();
    private static readonly List<byte[]> s_blocks = [];
    private static TaskCompletionSource s_more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private static byte[] s_frame = [];

    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPut("/frame", (RequestDelegate)(async context => s_frame = await ReadAsync(context)));
        app.MapPost("/events", (RequestDelegate)PublishAsync);
        app.MapPost("/events/batch", (RequestDelegate)PublishAsync);
        app.MapGet("/events/stream", (RequestDelegate)StreamAsync);
        await app.StartAsync();
        await Standing.UntilStdinEndsAsync(app.Urls.First());
    }

    private static async Task PublishAsync(HttpContext context)
    {
        var block = new ArrayBufferWriter<byte>();
        var body = await ReadAsync(context);
        new SentAtScanner().Scan(body, sentAt =>
        {
            var frame = block.GetSpan(s_frame.Length);
            s_frame.CopyTo(frame);
            EventBody.WriteSentAt(frame[EventBody.SentAtOffset(frame)..], sentAt);
            block.Advance(s_frame.Length);
        });
        TaskCompletionSource more;
        lock (s_lock)
        {
            s_blocks.Add(block.WrittenSpan.ToArray());
            more = s_more;
            s_more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        more.SetResult();
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.ContentLength = 0;
    }

    private static async Task StreamAsync(HttpContext context)
    {
        var output = context.Response.BodyWriter;
        context.Response.ContentType = "text/event-stream";
        int next;
        lock (s_lock) next = s_blocks.Count;
        await output.WriteAsync("data: {\"type\":\"connected\"}\n\n"u8.ToArray());
        while (true)
        {
            Task more;
            var unflushed = 0;
            while (true)
            {
                byte[] block;
                lock (s_lock)
                {
                    more = s_more.Task;
                    if (next == s_blocks.Count) break;
                    block = s_blocks[next++];
                }

                output.Write(block);
                unflushed += block.Length;
                if (unflushed < FlushBytes) continue;
                await output.FlushAsync(context.RequestAborted);
                unflushed = 0;
            }

            if (unflushed > 0) await output.FlushAsync(context.RequestAborted);
            await more.WaitAsync(context.RequestAborted);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContext context)
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

            var body = result.Buffer.ToArray();
            reader.AdvanceTo(result.Buffer.End);
            return body;
        }
    }
}
