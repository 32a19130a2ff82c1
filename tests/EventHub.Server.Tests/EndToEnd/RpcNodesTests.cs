using System.Text.Json;
using EventHub.PostgresServer;

namespace EventHub.Server.Tests.EndToEnd;

/// <summary>RPC with several hubs on one PostgreSQL: whichever has the subscription's lease, the event reaches the client where it is connected.</summary>
public sealed class RpcNodesTests
{
    [Fact]
    public async Task An_event_reaches_the_client_at_whichever_hub_it_is_connected_and_costs_one_attempt()
    {
        await using var hubs = await StartAsync(3);
        await SubscribeAsync(hubs[0], "jobs");

        // 1 nobody knows the name: at once
        await PublishAsync(hubs[1], 1, keys: 1);
        var first = await EndedAsync(hubs[0], 1);
        Assert.Equal(("misconfigured", 1), (first[0].GetProperty("status").GetString(), first[0].GetProperty("attempt_count").GetInt32()));

        // 2 a client at a hub that need not be the one with the lease: each hub in turn, the client moves
        for (var at = 0; at < 3; at++)
        {
            await using var handler = await HandlerAsync(hubs[at], "jobs");
            await PublishAsync(hubs[(at + 1) % 3], 50, keys: 10);
            var ended = await EndedAsync(hubs[0], 1 + ((at + 1) * 50));
            Assert.All(ended.Skip(1), d => Assert.Equal(("complete", 1), (d.GetProperty("status").GetString(), d.GetProperty("attempt_count").GetInt32())));
        }

        // 3 clients at several hubs share the work
        await using var one = await HandlerAsync(hubs[1], "jobs");
        await using var two = await HandlerAsync(hubs[2], "jobs");
        await PublishAsync(hubs[0], 200, keys: 50);
        Assert.All((await EndedAsync(hubs[0], 351)).Skip(1), d => Assert.Equal("complete", d.GetProperty("status").GetString()));
        Assert.True(one.Lines.Count >= 20 && two.Lines.Count >= 20, $"{one.Lines.Count} and {two.Lines.Count} lines");

        // 4 a name that was served at one hub is known at all of them, also to a subscription that is made later
        await (await HandlerAsync(hubs[2], "later")).DisposeAsync();
        await SubscribeAsync(hubs[0], "later", events: "late.*", timeout: 2000);
        await hubs[1].PostAsync("/events", new { type = "late.run", user_id = "k", payload = 0 });
        await Eventually.HasAsync(
            () => hubs[0].GetAsync("/dispatches?limit=1"),
            d => d.GetProperty("dispatches")[0].GetProperty("last_error").GetString()?.StartsWith("no client that serves 'later' was connected", StringComparison.Ordinal) == true);
        await using var late = await HandlerAsync(hubs[1], "later");
        await Eventually.HasAsync(() => hubs[0].GetAsync("/dispatches?limit=1"), d => d.GetProperty("dispatches")[0].GetProperty("status").GetString() == "complete");
    }

    [Fact]
    public async Task When_hubs_are_killed_every_event_still_ends_complete_once_and_keys_keep_their_order()
    {
        const int Count = 240;
        const int Keys = 6;
        await using var hubs = await StartAsync(3);
        await SubscribeAsync(hubs[0], "jobs", orderingKey: "user_id");
        var handlers = new List<NodeProcess>();
        foreach (var hub in hubs) handlers.Add(await HandlerAsync(hub, "jobs"));
        try
        {
            await PublishAsync(hubs[2], Count, Keys);
            await Eventually.IsTrueAsync(() => Task.FromResult(handlers.Sum(h => h.Lines.Count) > 40));
            await hubs[1].KillAsync(); // has clients
            await Eventually.IsTrueAsync(() => Task.FromResult(handlers.Sum(h => h.Lines.Count) > 160));
            await hubs[0].KillAsync(); // has the lease, and clients
            var dispatches = await EndedAsync(hubs[2], Count);

            Assert.All(dispatches, d => Assert.Equal("complete", d.GetProperty("status").GetString()));
            Assert.Equal(Count, dispatches.Select(d => d.GetProperty("event_id").GetString()).Distinct().Count());
            foreach (var handler in handlers) handler.Kill();
            foreach (var handler in handlers) await handler.EndAsync();
            RpcCall.AssertOrdered(handlers.SelectMany(h => h.Lines).Select(RpcCall.Parse), Keys, Count / Keys);
        }
        finally
        {
            foreach (var handler in handlers) await handler.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_hub_that_stops_lets_its_clients_answer_what_another_hub_gave_them()
    {
        await using var hubs = await StartAsync(2);
        await SubscribeAsync(hubs[0], "jobs");
        await using var slow = await HandlerAsync(hubs[1], "jobs", milliseconds: "500");
        await PublishAsync(hubs[0], 20, keys: 1);
        await Eventually.IsTrueAsync(() => Task.FromResult(slow.Lines.Count >= 8));
        Assert.Equal(0, await hubs[1].StopAsync());
        await slow.EndAsync();

        var calls = slow.Lines.Select(RpcCall.Parse).ToList();
        Assert.All(calls.GroupBy(c => c.Number), call => Assert.Equal(["begin", "end"], call.OrderBy(c => c.At).Select(c => c.What)));
        await using var next = await HandlerAsync(hubs[0], "jobs");
        var dispatches = await EndedAsync(hubs[0], 20);
        Assert.All(dispatches, d => Assert.Equal("complete", d.GetProperty("status").GetString()));
        foreach (var number in calls.Select(c => int.Parse(c.Number)).Distinct())
            Assert.Equal(1, dispatches.Single(d => d.GetProperty("sequence").GetInt32() == number + 1).GetProperty("attempt_count").GetInt32());
    }

    private static async Task<Hubs> StartAsync(int count)
    {
        var database = await (await TestServer.SharedAsync()).CreateDatabaseAsync();
        var hubs = new Hubs();
        for (var n = 0; n < count; n++)
        {
            hubs.Add(await ServerProcess.StartAsync(hubs.Data.Path, "--store", "postgres", "--connection", database, "--db-max-connections", "8", "--stale-timeout-seconds", "5"));
        }

        return hubs;
    }

    // An attempt that ran out of time would be made again while a handler that is slow still has the event in hand.
    private static Task<JsonElement> SubscribeAsync(ServerProcess server, string name, string? orderingKey = null, string events = "job.*", int timeout = 120_000) => server.PostAsync("/subscriptions", new
    {
        events = new[] { events },
        destination = new { type = "rpc", name },
        delivery = new { concurrency = 8, ordering_key = orderingKey, timeout_ms = timeout, retry = new { limit = 100, constant_seconds = 0.05 } },
    });

    private static Task<JsonElement> PublishAsync(ServerProcess server, int count, int keys) =>
        server.PostAsync("/events/batch", Enumerable.Range(0, count).Select(i => new { type = "job.run", user_id = $"key-{i % keys}", payload = i / keys }));

    private static async Task<NodeProcess> HandlerAsync(ServerProcess server, string name, string milliseconds = "0")
    {
        var handler = NodeProcess.Start("rpc-handler.mjs", server.Http.BaseAddress!.ToString().TrimEnd('/'), name, "0", milliseconds);
        await handler.ReadyAsync();
        return handler;
    }

    /// <summary>All dispatches in the order of their events, once so many have ended.</summary>
    private static Task<List<JsonElement>> EndedAsync(ServerProcess server, int count) => Eventually.HasAsync(
        async () => (await server.GetAsync("/dispatches?limit=1000&order=asc")).GetProperty("dispatches").EnumerateArray().ToList(),
        dispatches => dispatches.Count(d => d.GetProperty("status").GetString() != "ongoing") == count);

    /// <summary>Hubs on one database.</summary>
    private sealed class Hubs : List<ServerProcess>, IAsyncDisposable
    {
        public TemporaryDirectory Data { get; } = new();

        public async ValueTask DisposeAsync()
        {
            foreach (var hub in this) await hub.DisposeAsync();
            Data.Dispose();
        }
    }
}
