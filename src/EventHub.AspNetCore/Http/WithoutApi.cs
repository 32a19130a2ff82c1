using EventHub.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.AspNetCore.Http;

/// <summary>The interface of a process that does not have the role <c>api</c>: it says so, at every path the interface has.</summary>
internal static class WithoutApi
{
    /// <summary>Where to map what only a process with the role answers.</summary>
    public static IEndpointRouteBuilder Guard(IEndpointRouteBuilder endpoints)
    {
        if (endpoints.ServiceProvider.GetRequiredService<HubOptions>().Roles.HasFlag(HubRoles.Api)) return endpoints;
        var group = endpoints.MapGroup("");
        ((IEndpointConventionBuilder)group).Finally(static endpoint => endpoint.RequestDelegate = AnswerAsync);
        return group;
    }

    private static Task AnswerAsync(HttpContext context) => ProblemJson.Write(
        context, StatusCodes.Status421MisdirectedRequest, "Misdirected request",
        "this process does not have the role api: it answers /health, /health/live, /health/ready and /metrics only. Ask a process that has the role, or start this one with it (--roles)");
}
