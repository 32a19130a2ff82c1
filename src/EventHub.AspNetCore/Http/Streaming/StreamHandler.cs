using EventHub.AspNetCore.Hosting;
using EventHub.Log;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventHub.AspNetCore.Http.Streaming;

/// <summary>Answers <c>GET /events/stream</c>.</summary>
internal sealed class StreamHandler(
    EventStreams streams, StreamSlots slots, StreamOptions options, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<StreamHandler> logger)
{
    /// <summary>The log as it grows, or a part of it.</summary>
    public async Task StreamAsync(HttpContext context)
    {
        var request = StreamRequestReader.Read(context.Request, out var query);
        if (query.Errors.Count > 0) await Answers.Invalid(context, query.Errors);
        else if (!slots.TryEnter()) await slots.Refuse(context);
        else await ServeAsync(context, request);
    }

    private async Task ServeAsync(HttpContext context, StreamRequest request)
    {
        try
        {
            using var stream = await streams.OpenAsync(request.Start, request.Filter, context.RequestAborted);
            var connection = new StreamConnection(context, stream, options, time, logger) { SaysWhereItBegins = request.Start == StreamStart.Head };
            await connection.RunAsync(lifetime.ApplicationStopping);
        }
        finally
        {
            slots.Leave();
        }
    }
}
