using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http;

/// <summary>
/// Keeps pages of other origins out, whatever they send. Not sending CORS headers is not enough for that: a page may send a POST whose answer it cannot
/// read, and WebSockets know no CORS. Programs that are no browsers send no <c>Origin</c>.
/// </summary>
internal sealed class OriginGate(RequestDelegate next, IReadOnlyList<string> allowed)
{
    public Task InvokeAsync(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || allowed.Contains(origin, StringComparer.Ordinal) || IsOwn(context.Request, origin)) return next(context);
        context.Response.Headers.Vary = "Origin";
        return ProblemJson.Write(
            context, StatusCodes.Status403Forbidden, "Origin not allowed",
            $"pages of '{StrictQuery.Printable(origin)}' may not use this hub; its cors_origins says which may", "ORIGIN_NOT_ALLOWED");
    }

    // Behind a proxy the host may be another than the browser's; then the browser's own word counts, which no page can forge.
    private static bool IsOwn(HttpRequest request, string origin)
    {
        if (request.Headers["Sec-Fetch-Site"] == "same-origin") return true;
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri)) return false;
        var defaultPort = uri.Scheme == Uri.UriSchemeHttps ? 443 : 80;
        return string.Equals(uri.Host, request.Host.Host, StringComparison.OrdinalIgnoreCase) && uri.Port == (request.Host.Port ?? defaultPort);
    }
}
