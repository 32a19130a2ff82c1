using EventHub.Diagnostics;
using EventHub.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace EventHub.AspNetCore.Http;

/// <summary>Around every request: measures it, and makes problem+json of what the framework or an exception would answer.</summary>
internal sealed class HubMiddleware(RequestDelegate next, HubMetrics metrics, TimeProvider time, ILogger<HubMiddleware> logger)
{
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        await StoreThread.LeaveAsync();
        try
        {
            await next(context);
            if (IsBareError(context.Response)) await WriteStatus(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer; the status is for metrics and logs.
            if (!context.Response.HasStarted) context.Response.StatusCode = ClientClosedRequest;
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await Answer(context, e);
        }
        finally
        {
            Measure(context, time.GetElapsedTime(started));
        }
    }

    private void Measure(HttpContext context, TimeSpan elapsed)
    {
        // Streams last as long as their readers like: they would say nothing about how fast the hub answers.
        if (context.Response.ContentType?.StartsWith("text/event-stream", StringComparison.Ordinal) == true) return;
        // So do RPC connections.
        if (context.GetEndpoint()?.Metadata.GetMetadata<HubMetadata>() is not null) return;
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unmatched";
        metrics.ApiRequest(route, context.Response.StatusCode, elapsed);
    }

    private static bool IsBareError(HttpResponse response) =>
        response is { HasStarted: false, StatusCode: >= 400, ContentLength: null } && string.IsNullOrEmpty(response.ContentType);

    private static Task WriteStatus(HttpContext context)
    {
        var status = context.Response.StatusCode;
        var title = ReasonPhrases.GetReasonPhrase(status);
        var path = StrictQuery.Printable(context.Request.Path.Value ?? "");
        return ProblemJson.Write(context, status, title.Length == 0 ? "Error" : title, status switch
        {
            StatusCodes.Status404NotFound => $"there is nothing at {path}; see /docs",
            StatusCodes.Status405MethodNotAllowed => $"{context.Request.Method} is not possible at {path}; allowed: {context.Response.Headers.Allow}",
            _ => null,
        });
    }

    private Task Answer(HttpContext context, Exception exception)
    {
        // What the handler had set so far belongs to another answer; what middleware around it set on the way in (Server, CORS) may stay.
        context.Response.Headers.ContentLength = null;
        switch (exception)
        {
            case BadHttpRequestException bad:
                return ProblemJson.Write(context, bad.StatusCode, ReasonPhrases.GetReasonPhrase(bad.StatusCode), bad.Message);
            case StorageException { IsTransient: true } or StorageException { Failure: StorageFailure.DiskFull or StorageFailure.CommitFailed }:
                HttpLog.StoreFailed(logger, context.Request.Path, exception);
                return ProblemJson.Write(context, StatusCodes.Status503ServiceUnavailable, "Store unavailable", "The store cannot answer at the moment; try again");
            default:
                HttpLog.RequestFailed(logger, context.Request.Method, context.Request.Path, exception);
                return ProblemJson.Write(context, StatusCodes.Status500InternalServerError, "Internal server error", "The request failed in the hub; its log says why");
        }
    }
}
