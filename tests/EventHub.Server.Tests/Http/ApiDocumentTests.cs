using Xunit;

namespace EventHub.Server.Tests.Http;

public sealed class ApiDocumentTests
{
    [Fact]
    public async Task Every_operation_says_what_it_does_and_answers()
    {
        await using var hub = await HubHost.StartAsync();
        var answer = await hub.GetAsync("/openapi/v1.json");
        Assert.Equal(200, answer.Status);
        var paths = answer.Json.GetProperty("paths").EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
        Assert.Superset(new HashSet<string> { "/events", "/events/batch", "/events/{id}", "/health", "/health/live", "/health/ready" }, paths.Keys.ToHashSet());
        foreach (var operation in paths.Values.SelectMany(p => p.EnumerateObject()).Select(o => o.Value))
        {
            Assert.NotEmpty(operation.GetProperty("summary").GetString()!);
            Assert.NotEmpty(operation.GetProperty("responses").EnumerateObject());
        }

        var publish = paths["/events"].GetProperty("post");
        var body = publish.GetProperty("requestBody").GetProperty("content").GetProperty("application/json");
        Assert.Equal("user.created", body.GetProperty("example").GetProperty("type").GetString());
        Assert.True(body.GetProperty("schema").GetProperty("properties").TryGetProperty("payload", out _));
        Assert.True(publish.GetProperty("responses").GetProperty("400").GetProperty("content").TryGetProperty("application/problem+json", out _));
    }

    [Fact]
    public async Task A_page_to_browse_it_is_at_docs()
    {
        await using var hub = await HubHost.StartAsync();
        var page = await hub.GetAsync("/docs");
        Assert.Equal(200, page.Status);
        Assert.Contains("swagger-ui", page.Body, StringComparison.Ordinal);
    }
}
