using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EventHub.AspNetCore.Metrics;

/// <summary><c>GET /metrics</c>: the hub's metrics as Prometheus text.</summary>
internal static class MetricsEndpoints
{
    /// <summary>Content type of Prometheus' text format.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Adds the endpoint.</summary>
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/metrics", ScrapeAsync).ExcludeFromDescription();

    private static async Task<IResult> ScrapeAsync(PrometheusScraper scraper, HttpContext context)
    {
        var page = await scraper.ScrapeAsync(context.RequestAborted);
        return page is null
            ? TypedResults.Problem(detail: "The metrics could not be collected.", statusCode: StatusCodes.Status503ServiceUnavailable)
            : TypedResults.Text(page, ContentType);
    }
}
