using EventHub.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventHub.AspNetCore.Metrics;

/// <summary>
/// Measures how long answers take, by route. Streams and connections that were upgraded are left out: they last as long as the client likes.
/// </summary>
internal sealed class RequestMetricsMiddleware(RequestDelegate next, HubMetrics metrics, TimeProvider time)
{
    // Requests no route matched share one label value: their paths are a stranger's choice.
    private const string Unmatched = "unmatched";

    public async Task InvokeAsync(HttpContext context)
    {
        var start = time.GetTimestamp();
        var failed = true;
        try
        {
            await next(context);
            failed = false;
        }
        finally
        {
            var response = context.Response;
            var status = failed && !response.HasStarted ? StatusCodes.Status500InternalServerError : response.StatusCode;
            if (status != StatusCodes.Status101SwitchingProtocols && response.ContentType?.StartsWith("text/event-stream", StringComparison.Ordinal) != true)
                metrics.ApiRequest(Route(context), status, time.GetElapsedTime(start));
        }
    }

    private static string Route(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? Unmatched;
}
