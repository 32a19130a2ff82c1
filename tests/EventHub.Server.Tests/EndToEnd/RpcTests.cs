using System.Collections.Concurrent;
using System.Text.Json;

namespace EventHub.Server.Tests.EndToEnd;

/// <summary>RPC with the real server and SignalR's real client in processes that are killed.</summary>
public sealed class RpcTests
{
    [Fact]
    public async Task The_npm_client_publishes_follows_and_serves()
    {
        using var data = new TemporaryDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path);
        await using var node = NodeProcess.Start("rpc-client.mjs", Address(server));
        var exit = await node.EndAsync().WaitAsync(TimeSpan.FromSeconds(180), TestContext.Current.CancellationToken);
        Assert.True(exit == 0, node.Error);
    }

    [Fact]
    public async Task Handlers_killed_in_the_middle_of_every_tenth_call_complete_every_event_once()
    {
        const int Count = 100;
        using var data = new TemporaryDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path);
        await SubscribeAsync(server, "jobs", orderingKey: null);
        await PublishAsync(server, Count, keys: 1);
        var lives = await HandleAllAsync(server, Count);

        var dispatches = await DispatchesAsync(server);
        Assert.All(dispatches, d => Assert.Equal("complete", d.GetProperty("status").GetString()));
        Assert.Equal(Count, dispatches.Select(d => d.GetProperty("event_id").GetString()).Distinct().Count());
        var repeated = dispatches.Count(d => d.GetProperty("attempt_count").GetInt32() > 1);
        Assert.True(lives.Killed >= 3 && repeated >= 3, $"{lives.Killed} were killed, {repeated} dispatches repeated");
        Assert.Equal(Enumerable.Range(0, Count).Select(n => n.ToString()), lives.Calls.Where(c => c.What == "end").Select(c => c.Number).Distinct().OrderBy(int.Parse));
    }

    [Fact]
    public async Task Killed_handlers_keep_the_order_of_each_key()
    {
        const int Count = 80;
        const int Keys = 4;
        using var data = new TemporaryDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path);
        await SubscribeAsync(server, "jobs", orderingKey: "user_id");
        await PublishAsync(server, Count, Keys);
        var lives = await HandleAllAsync(server, Count);

        Assert.All(await DispatchesAsync(server), d => Assert.Equal("complete", d.GetProperty("status").GetString()));
        Assert.True(lives.Killed >= 3, $"{lives.Killed} were killed");
        RpcCall.AssertOrdered(lives.Calls, Keys, Count / Keys);
    }

    [Fact]
    public async Task A_destination_nobody_serves_is_misconfigured_at_once_and_one_that_was_served_is_waited_for_after_a_kill_of_the_hub()
    {
        using var data = new TemporaryDirectory();
        await using (var server = await ServerProcess.StartAsync(data.Path))
        {
            await SubscribeAsync(server, "jobs", orderingKey: null, timeout: 2000);
            await server.PostAsync("/events", new { type = "job.run", payload = 0, user_id = "k" });
            var first = await Eventually.HasAsync(() => DispatchesAsync(server), d => d.Count == 1 && d[0].GetProperty("status").GetString() != "ongoing");
            Assert.Equal(("misconfigured", 1), (first[0].GetProperty("status").GetString(), first[0].GetProperty("attempt_count").GetInt32()));
            await using var node = NodeProcess.Start("rpc-handler.mjs", Address(server), "jobs", "0");
            await node.ReadyAsync();
            await server.KillAsync();
        }

        await using var again = await ServerProcess.StartAsync(data.Path);
        await again.PostAsync("/events", new { type = "job.run", payload = 1, user_id = "k" });
        // The second attempt may begin before it is recorded why the first failed.
        var ongoing = await Eventually.HasAsync(() => DispatchesAsync(again), d => d.Any(x => x.GetProperty("sequence").GetInt32() == 2 && x.GetProperty("last_error").ValueKind == JsonValueKind.String));
        Assert.StartsWith("no client that serves 'jobs' was connected", ongoing.Single(d => d.GetProperty("sequence").GetInt32() == 2).GetProperty("last_error").GetString(), StringComparison.Ordinal);
        await using var handler = NodeProcess.Start("rpc-handler.mjs", Address(again), "jobs", "0");
        await Eventually.HasAsync(() => DispatchesAsync(again), d => d.Any(x => x.GetProperty("status").GetString() == "complete"));
    }

    [Fact]
    public async Task A_clean_stop_waits_for_what_handlers_have_in_hand_and_costs_no_attempt()
    {
        using var data = new TemporaryDirectory();
        IReadOnlyList<RpcCall> calls;
        await using (var server = await ServerProcess.StartAsync(data.Path))
        {
            await SubscribeAsync(server, "jobs", orderingKey: null);
            await using var slow = NodeProcess.Start("rpc-handler.mjs", Address(server), "jobs", "0", "500");
            await slow.ReadyAsync();
            await server.PostAsync("/events/batch", Enumerable.Range(0, 20).Select(i => new { type = "job.run", user_id = "k", payload = i }));
            await Eventually.IsTrueAsync(() => Task.FromResult(slow.Lines.Count >= 8));
            Assert.Equal(0, await server.StopAsync());
            await slow.EndAsync();
            calls = [.. slow.Lines.Select(RpcCall.Parse)];
        }

        // Each call that had begun has ended, and that is what the journal says.
        Assert.All(calls.GroupBy(c => c.Number), call => Assert.Equal(["begin", "end"], call.OrderBy(c => c.At).Select(c => c.What)));
        await using var again = await ServerProcess.StartAsync(data.Path);
        var dispatches = (await DispatchesAsync(again)).ToDictionary(d => d.GetProperty("sequence").GetInt32());
        foreach (var number in calls.Select(c => int.Parse(c.Number)).Distinct())
        {
            var dispatch = dispatches[number + 1];
            Assert.Equal(("complete", 1), (dispatch.GetProperty("status").GetString(), dispatch.GetProperty("attempt_count").GetInt32()));
        }
    }

    /// <summary>Two handlers at a time, each in a process that kills itself in the middle of its tenth call and is followed by another.</summary>
    private static async Task<(int Killed, List<RpcCall> Calls)> HandleAllAsync(ServerProcess server, int count)
    {
        var killed = 0;
        var calls = new ConcurrentBag<RpcCall>();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = Enumerable.Range(0, 2).Select(_ => KeepHandlingAsync()).ToList();
        await Eventually.HasAsync(() => DispatchesAsync(server), d => d.Count(x => x.GetProperty("status").GetString() == "complete") == count);
        await done.CancelAsync();
        await Task.WhenAll(running);
        return (killed, [.. calls]);

        async Task KeepHandlingAsync()
        {
            while (!done.IsCancellationRequested)
            {
                await using var node = NodeProcess.Start("rpc-handler.mjs", Address(server), "jobs", "10");
                await using (done.Token.Register(node.Kill)) await node.EndAsync();
                if (!done.IsCancellationRequested) Interlocked.Increment(ref killed);
                foreach (var line in node.Lines) calls.Add(RpcCall.Parse(line));
            }
        }
    }

    // An attempt that ran out of time would be made again while a handler that is slow still has the event in hand.
    private static Task<JsonElement> SubscribeAsync(ServerProcess server, string name, string? orderingKey, int timeout = 120_000) => server.PostAsync("/subscriptions", new
    {
        events = new[] { "job.*" },
        destination = new { type = "rpc", name },
        delivery = new { concurrency = 8, ordering_key = orderingKey, timeout_ms = timeout, retry = new { limit = 100, constant_seconds = 0.05 } },
    });

    private static Task<JsonElement> PublishAsync(ServerProcess server, int count, int keys)
    {
        // Somebody has to have served the name before: without that they would be misconfigured.
        return ServeOnceAsync();

        async Task<JsonElement> ServeOnceAsync()
        {
            await using (var node = NodeProcess.Start("rpc-handler.mjs", Address(server), "jobs", "0")) await node.ReadyAsync();
            return await server.PostAsync("/events/batch", Enumerable.Range(0, count).Select(i => new { type = "job.run", user_id = $"key-{i % keys}", payload = i / keys }));
        }
    }

    private static async Task<List<JsonElement>> DispatchesAsync(ServerProcess server) =>
        [.. (await server.GetAsync("/dispatches?limit=1000")).GetProperty("dispatches").EnumerateArray()];

    private static string Address(ServerProcess server) => server.Http.BaseAddress!.ToString().TrimEnd('/');
}
