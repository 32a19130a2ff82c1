using System.Net;
using EventHub.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventHub.Server.Tests.Http;

/// <summary>What a process answers that does not have the role <c>api</c>.</summary>
public sealed class RoleTests
{
    [Fact]
    public async Task Without_the_role_api_a_process_answers_health_and_metrics_and_says_at_every_other_path_why_not()
    {
        await using var hub = await HubHost.StartAsync(new HubOptions { Roles = HubRoles.Deliver | HubRoles.Maintain });
        var endpoints = hub.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(static endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Select(method => (Method: method, Path: endpoint.RoutePattern.RawText!)) ?? [])
            .ToList();
        Assert.True(endpoints.Count > 40);

        var answered = new List<string>();
        foreach (var (method, path) in endpoints.Where(static endpoint => endpoint.Method != "OPTIONS"))
        {
            var answer = await hub.SendAsync(new HttpMethod(method), path.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal));
            if (answer.Code != HttpStatusCode.MisdirectedRequest) answered.Add($"{method} {path} {(int)answer.Code}");
            else if (method != "HEAD") Assert.Contains("this process does not have the role api", answer.Body, StringComparison.Ordinal);
        }

        Assert.Equal(
            ["GET /health 200", "GET /health/live 200", "GET /health/ready 200", "GET /metrics 200", "HEAD /health 200", "HEAD /health/live 200", "HEAD /health/ready 200"],
            answered.Order());
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await hub.PostAsync("/events", """{"type":"a.b","payload":1}""")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await hub.SendAsync(HttpMethod.Get, "/nowhere")).Code);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await hub.PostAsync("/rpc/negotiate", "")).Code);
    }
}
