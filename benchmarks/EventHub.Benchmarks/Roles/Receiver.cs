using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Pipelines;
using EventHub.Benchmarks.Load;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EventHub.Benchmarks.Roles;

/// <summary>
/// Where webhooks are delivered to. Counts per path, and measures how long after its planned sending time (written into the payload by the load
/// generator, on the clock that all processes of the machine share) each event arrived. Under <c>/fail</c> every twentieth request is answered 500.
/// </summary>
internal static class Receiver
{
    private static readonly ConcurrentDictionary<string, ReceiverPath> s_paths = new(StringComparer.Ordinal);

    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(HandleAsync);
        await app.StartAsync();
        await Standing.UntilStdinEndsAsync(app.Urls.First());
    }

    private static async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.WriteAsync(string.Join('\n', s_paths.Select(p => $"{p.Key} {p.Value.Serialize()}")));
            return;
        }

        if (HttpMethods.IsDelete(context.Request.Method))
        {
            s_paths.Clear();
            return;
        }

        var sentAt = await ReadAsync(context.Request.BodyReader);
        var counters = s_paths.GetOrAdd(path, static _ => new ReceiverPath());
        if (!counters.Take(sentAt, Stopwatch.GetTimestamp(), path.StartsWith("/fail", StringComparison.Ordinal))) context.Response.StatusCode = 500;
        context.Response.ContentLength = 0;
    }

    private static async ValueTask<long> ReadAsync(PipeReader reader)
    {
        while (true)
        {
            var result = await reader.ReadAsync();
            if (result.IsCompleted)
            {
                var sentAt = EventBody.FindSentAt(result.Buffer);
                reader.AdvanceTo(result.Buffer.End);
                return sentAt;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }
}
