using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace EventHub.Server.Tests.Http;

public sealed class HealthEndpointTests
{
    [Fact]
    public async Task A_healthy_hub_says_what_it_is()
    {
        await using var hub = await HubHost.StartAsync();
        var answer = await hub.GetAsync("/health");
        Assert.Equal(200, answer.Status);
        Assert.Equal(["status", "timestamp", "uptime", "database", "service", "version", "store", "durability"], answer.Json.EnumerateObject().Select(p => p.Name));
        Assert.Equal("healthy|connected|eventhub|memory|none", $"{answer.Text("status")}|{answer.Text("database")}|{answer.Text("service")}|{answer.Text("store")}|{answer.Text("durability")}");
    }

    [Fact]
    public async Task A_store_that_takes_no_writes_is_503_but_the_process_lives()
    {
        FaultyStore? store = null;
        await using var hub = await HubHost.StartAsync(store: time => store = new FaultyStore(time));
        store!.FailAppends();
        var answer = await hub.GetAsync("/health");
        Assert.Equal((503, "unhealthy", "disconnected"), (answer.Status, answer.Text("status"), answer.Text("database")));
        Assert.Equal(200, (await hub.GetAsync("/health/live")).Status);
    }

    [Fact]
    public async Task Ready_from_start_to_stop()
    {
        await using var hub = await HubHost.StartAsync();
        Assert.Equal((200, "ready"), await Ready());
        hub.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Equal((503, "stopping"), await Ready());

        async Task<(int, string)> Ready()
        {
            var answer = await hub.GetAsync("/health/ready");
            return (answer.Status, answer.Text("status"));
        }
    }

    [Fact]
    public async Task A_head_request_has_no_body()
    {
        await using var hub = await HubHost.StartAsync();
        var answer = await hub.SendAsync(HttpMethod.Head, "/health");
        Assert.Equal((200, ""), (answer.Status, answer.Body));
    }
}
