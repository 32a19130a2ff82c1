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
        var exit = await node.EndAsync().WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
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
        foreach (var lane in lives.Calls.GroupBy(c => c.Key))
        {
            // A call that was killed has no end; whatever begins after it is the same event again.
            var begun = lane.Where(c => c.What == "begin").OrderBy(c => c.At).Select(c => int.Parse(c.Number)).ToList();
            Assert.Equal(Enumerable.Range(0, Count / Keys), begun.Distinct());
            Assert.Equal(begun.Order(), begun);
            foreach (var end in lane.Where(c => c.What == "end"))
                Assert.DoesNotContain(lane, c => c.What == "begin" && int.Parse(c.Number) > int.Parse(end.Number) && c.At < end.At);
        }
    }

    [Fact]
    public async Task A_destination_nobody_serves_is_misconfigured_at_once_and_one_that_was_served_is_waited_for_after_a_kill_of_the_hub()
    {
        using var data = new TemporaryDirectory();
        await using (var server = await ServerProcess.StartAsync(data.Path))
        {
            await SubscribeAsync(server, "jobs", orderingKey: null);
            await server.PostAsync("/events", new { type = "job.run", payload = 0, user_id = "k" });
            var first = await Eventually.HasAsync(() => DispatchesAsync(server), d => d.Count == 1 && d[0].GetProperty("status").GetString() != "ongoing");
            Assert.Equal(("misconfigured", 1), (first[0].GetProperty("status").GetString(), first[0].GetProperty("attempt_count").GetInt32()));
            await using var node = NodeProcess.Start("rpc-handler.mjs", Address(server), "jobs", "0");
            await node.ReadyAsync();
            await server.KillAsync();
        }

        await using var again = await ServerProcess.StartAsync(data.Path);
        await again.PostAsync("/events", new { type = "job.run", payload = 1, user_id = "k" });
        var ongoing = await Eventually.HasAsync(() => DispatchesAsync(again), d => d.Any(x => x.GetProperty("attempt_count").GetInt32() >= 2 && x.GetProperty("sequence").GetInt32() == 2));
        Assert.StartsWith("no client that serves 'jobs' was connected", ongoing.Single(d => d.GetProperty("sequence").GetInt32() == 2).GetProperty("last_error").GetString(), StringComparison.Ordinal);
        await using var handler = NodeProcess.Start("rpc-handler.mjs", Address(again), "jobs", "0");
        await Eventually.HasAsync(() => DispatchesAsync(again), d => d.Any(x => x.GetProperty("status").GetString() == "complete"));
    }

    /// <summary>Two handlers at a time, each in a process that kills itself in the middle of its tenth call and is followed by another.</summary>
    private static async Task<(int Killed, List<Call> Calls)> HandleAllAsync(ServerProcess server, int count)
    {
        var killed = 0;
        var calls = new ConcurrentBag<Call>();
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
                foreach (var line in node.Lines) calls.Add(Call.Parse(line));
            }
        }
    }

    private static Task<JsonElement> SubscribeAsync(ServerProcess server, string name, string? orderingKey) => server.PostAsync("/subscriptions", new
    {
        events = new[] { "job.*" },
        destination = new { type = "rpc", name },
        delivery = new { concurrency = 8, ordering_key = orderingKey, timeout_ms = 2000, retry = new { limit = 100, constant_seconds = 0.05 } },
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

    private sealed record Call(string What, string Key, string Number, long At)
    {
        public static Call Parse(string line) => line.Split(' ') is [var what, var key, var number, var at] ? new Call(what, key, number, long.Parse(at)) : throw new FormatException(line);
    }
}
