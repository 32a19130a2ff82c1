using EventHub.AspNetCore.Http;

namespace Microsoft.AspNetCore.Builder;

/// <summary>What the hub does around every request.</summary>
public static class EventHubApplicationBuilderExtensions
{
    /// <summary>
    /// Measures requests and makes every error body <c>application/problem+json</c>, those of the framework and of exceptions as well. Put it first.
    /// </summary>
    public static IApplicationBuilder UseEventHub(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.UseMiddleware<HubMiddleware>();
    }
}
