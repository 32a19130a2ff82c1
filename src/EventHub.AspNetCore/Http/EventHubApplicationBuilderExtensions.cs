using EventHub.AspNetCore.Http;

namespace Microsoft.AspNetCore.Builder;

/// <summary>What the hub does around every request.</summary>
public static class EventHubApplicationBuilderExtensions
{
    private static readonly TimeSpan s_preflightAge = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Measures requests and makes every error body <c>application/problem+json</c>, those of the framework and of exceptions as well. Put it first.
    /// </summary>
    public static IApplicationBuilder UseEventHub(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.UseMiddleware<HubMiddleware>();
    }

    /// <summary>
    /// Answers 403 to requests that ask for the hub by another name than these, <c>localhost</c> and loopback addresses, so that no page can have a name of its
    /// own point at the hub and count as the hub's. Put it after <c>UseEventHub()</c>.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="hosts">Names or addresses, without ports.</param>
    public static IApplicationBuilder UseEventHubHosts(this IApplicationBuilder app, IReadOnlyList<string> hosts)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(hosts);
        return app.UseMiddleware<HostGate>(hosts);
    }

    /// <summary>
    /// Lets pages of these origins use everything behind it, and answers 403 to those of others: to their preflight, their requests that need none, and
    /// their WebSockets. Pages of the hub's own origin and programs that are no browsers need no permission. Put it after <c>UseEventHub()</c>.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="origins">As browsers send them, such as <c>https://app.example.com</c>; none: only the hub's own.</param>
    public static IApplicationBuilder UseEventHubOrigins(this IApplicationBuilder app, IReadOnlyList<string> origins)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(origins);
        app.UseMiddleware<OriginGate>(origins);
        if (origins.Count == 0) return app;
        return app.UseCors(policy => policy
            .WithOrigins([.. origins])
            .WithMethods("GET", "POST", "PUT", "PATCH", "DELETE")
            .AllowAnyHeader()
            // For the cookies of a proxy that asks who somebody is, and because SignalR's client does not do without.
            .AllowCredentials()
            .WithExposedHeaders("Location", "Retry-After", "Idempotent-Replayed", "Preference-Applied", "X-Consumer-Instance")
            .SetPreflightMaxAge(s_preflightAge));
    }
}
