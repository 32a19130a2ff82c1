using System.Net;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http;

/// <summary>
/// Keeps out pages that had their own name point at this hub: such a page counts as the hub's own for the browser, and only the <c>Host</c> it asks for
/// tells. A page cannot choose that, nor can it read or send anything under a name that is let in here.
/// </summary>
internal sealed class HostGate(RequestDelegate next, IReadOnlyList<string> allowed)
{
    public Task InvokeAsync(HttpContext context)
    {
        var host = context.Request.Host.Host;
        if (IsLocal(host) || allowed.Contains(host, StringComparer.OrdinalIgnoreCase)) return next(context);
        return ProblemJson.Write(
            context, StatusCodes.Status403Forbidden, "Host not allowed",
            $"this hub is not known as '{StrictQuery.Printable(host)}'; its allowed_hosts says by which names it is, beside localhost and addresses of this machine", "HOST_NOT_ALLOWED");
    }

    // No name server answers for localhost and the names below it, and an address is no name. HTTP/1.0 asks for none.
    private static bool IsLocal(string host) =>
        host.Length == 0
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.AsSpan().Trim("[]"), out var address) && IPAddress.IsLoopback(address));
}
