using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EventHub.Soak.Processes;

namespace EventHub.Soak.Faults;

/// <summary>Few file descriptors: neither a crowd of clients nor destinations that hang take the last of them, or they wait; the hub goes on.</summary>
public sealed class FileLimitTests
{
    private const int Limit = 400;

    [Fact]
    public async Task A_crowd_of_idle_connections_stops_neither_publishing_nor_delivery()
    {
        using var data = new TemporaryDirectory();
        var delivered = new ConcurrentDictionary<string, bool>();
        await using var receiver = await LoopbackServer.StartAsync(context =>
        {
            delivered[context.Request.Headers["X-Event-Id"].ToString()] = true;
            return Task.CompletedTask;
        });
        await using var hub = await HubProcess.StartAsync(data.Path, new HubStart { Through = ["prlimit", $"--nofile={Limit}"] });
        await hub.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "*" }, timeout_ms = 2000, retry = new { limit = 100, constant_seconds = 0.2 } });
        var accepted = new List<string> { await PublishAsync(hub) };
        await Eventually.IsTrueAsync(() => Task.FromResult(delivered.Count == 1));

        var crowd = new List<TcpClient>();
        try
        {
            for (var i = 0; i < Limit * 2; i++)
            {
                var client = new TcpClient();
                crowd.Add(client);
                await client.ConnectAsync(IPAddress.Loopback, hub.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
            }

            for (var i = 0; i < 50; i++) accepted.Add(await PublishAsync(hub));
            Assert.Equal(HttpStatusCode.OK, (await hub.Http.GetAsync("/health", TestContext.Current.CancellationToken)).StatusCode);
            await Eventually.IsTrueAsync(() => Task.FromResult(accepted.TrueForAll(delivered.ContainsKey)));
        }
        finally
        {
            foreach (var client in crowd) client.Dispose();
        }

        await Eventually.IsTrueAsync(() => CanConnectAsync(hub));
        Assert.Equal(0, await hub.StopAsync());
    }

    [Fact]
    public async Task More_hanging_attempts_than_file_descriptors_wait_their_turn()
    {
        const int webhooks = 8;
        var inHand = 0;
        using var data = new TemporaryDirectory();
        var delivered = new ConcurrentDictionary<string, bool>();
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = await LoopbackServer.StartAsync(async context =>
        {
            Interlocked.Increment(ref inHand);
            await released.Task.WaitAsync(context.RequestAborted);
            delivered[context.Request.Headers["X-Message-Id"].ToString()] = true;
        });
        await using var hub = await HubProcess.StartAsync(data.Path, new HubStart { Through = ["prlimit", $"--nofile={Limit}"] });
        for (var i = 0; i < webhooks; i++)
        {
            await hub.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "*" }, timeout_ms = 20_000, concurrency = 64, retry = new { limit = 100, constant_seconds = 0.5 } });
        }

        // Far more attempts at once than there can be connections; those that get none in time fail, and are made again.
        await hub.PostAsync("/events/batch", Enumerable.Range(0, 64).Select(i => new { type = "many.more", payload = i }));
        await Eventually.IsTrueAsync(() => Task.FromResult(Volatile.Read(ref inHand) >= 40));
        for (var i = 0; i < 20; i++)
        {
            await PublishAsync(hub);
            Assert.Equal(HttpStatusCode.OK, (await hub.Http.GetAsync("/health", TestContext.Current.CancellationToken)).StatusCode);
        }

        released.SetResult();
        await Eventually.IsTrueAsync(() => Task.FromResult(delivered.Count == webhooks * (64 + 20)));
        Assert.True(await CanConnectAsync(hub));
        Assert.Equal(0, await hub.StopAsync());
    }

    private static async Task<bool> CanConnectAsync(HubProcess hub)
    {
        using var http = new HttpClient { BaseAddress = hub.Http.BaseAddress };
        try
        {
            using var response = await http.GetAsync("/health", TestContext.Current.CancellationToken);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<string> PublishAsync(HubProcess hub) =>
        (await hub.PostAsync("/events", new { type = "few.files", payload = 1 })).GetProperty("event_id").GetString()!;
}
