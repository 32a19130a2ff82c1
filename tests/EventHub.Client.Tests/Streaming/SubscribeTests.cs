using System.Collections.Concurrent;
using EventHub.Client.Tests.Support;
using EventHub.Storage.Conformance.Support;
using Microsoft.AspNetCore.Http;

namespace EventHub.Client.Tests.Streaming;

/// <summary>Following the log of a real hub through cut connections and kill -9.</summary>
public sealed class SubscribeTests
{
    [Fact]
    public async Task Killed_hubs_and_cut_connections_lose_nothing_and_double_nothing()
    {
        const int Count = 3000;
        await using var hub = await Hub.StartAsync(o => o with { FirstRetryDelay = TimeSpan.FromMilliseconds(5), RetryTimeout = TimeSpan.FromSeconds(180) });
        var random = new Random(1);
        // Anywhere, also within a block.
        hub.Proxy.CutsAfter = context => context.Request.Path == "/events/stream" ? random.Next(2_000, 60_000) : long.MaxValue;
        hub.Proxy.ResetsWhenCut = () => random.Next(4) == 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        ConcurrentQueue<HubEvent> all = [], some = [];
        var (connected, disconnected) = (new CountdownEvent(2), 0);
        var readers = new[] { FollowAsync("**", all), FollowAsync("n.odd", some) };
        Assert.True(connected.Wait(TimeSpan.FromSeconds(180), Token), "The readers did not connect.");
        for (var wave = 0; wave < 3; wave++)
        {
            var first = wave * Count / 3;
            var publishing = Task.WhenAll(Enumerable.Range(first, Count / 3).Select(i => hub.Client.PublishAsync(i % 2 == 0 ? "n.even" : "n.odd", $"{i}", Token)));
            if (wave > 0)
            {
                await hub.KillAsync();
                await hub.StartServerAsync();
            }

            await publishing;
        }

        await Eventually.HasAsync(() => Task.FromResult((all.Count, some.Count)), counts => counts is { Item1: >= Count, Item2: >= Count / 2 });
        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.True(disconnected > 10, $"Only {disconnected} connections were cut.");
        Assert.Equal(Enumerable.Range(1, Count).Select(i => (long)i), all.Select(e => e.Sequence));
        Assert.Equal(all.Where(e => e.Type == "n.odd").Select(e => e.Id), some.Select(e => e.Id));

        async Task FollowAsync(string type, ConcurrentQueue<HubEvent> events)
        {
            var options = new SubscribeOptions
            {
                Types = [type], OnDisconnected = _ => Interlocked.Increment(ref disconnected),
                OnConnected = _ =>
                {
                    if (!connected.IsSet) connected.Signal();
                },
            };
            try
            {
                await foreach (var item in hub.Client.SubscribeAsync(options, stop.Token)) events.Enqueue(item);
            }
            catch (OperationCanceledException)
            {
            }
        }
    }

    // The connected frame and the first position are 44 bytes: the connection goes after them, or within the event that follows.
    [Theory]
    [InlineData(44)]
    [InlineData(80)]
    public async Task A_subscription_without_an_event_yet_misses_none_that_comes_while_it_is_disconnected(int bytes)
    {
        await using var hub = await Hub.StartAsync();
        var connected = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var back = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.Proxy.CutsAfter = context => context.Request.Path == "/events/stream" && !connected.Task.IsCompleted ? bytes : long.MaxValue;
        hub.Proxy.Instead = async context =>
        {
            if (connected.Task.IsCompleted && context.Request.Path == "/events/stream") await back.Task;
            return false;
        };
        await hub.Client.PublishAsync("before", "0", Token);
        var options = new SubscribeOptions { OnConnected = position => connected.TrySetResult(position) };
        var reading = hub.Client.SubscribeAsync(options, Token).TakeAsync(1);
        var position = await connected.Task.WaitAsync(TimeSpan.FromSeconds(180), Token);
        await hub.Client.PublishAsync("meanwhile", "1", Token);
        back.SetResult();
        var item = Assert.Single(await reading);
        Assert.Equal("meanwhile", item.Type);
        Assert.Equal((position.Split(':')[0] + ":2", ":1"), (item.ResumePoint, position[position.IndexOf(':', StringComparison.Ordinal)..]));
    }

    [Fact]
    public async Task A_stored_resume_point_goes_on_after_it()
    {
        await using var hub = await Hub.StartAsync();
        for (var i = 1; i <= 5; i++) await hub.Client.PublishAsync("t", $"{i}", Token);
        var read = await hub.Client.SubscribeAsync(new SubscribeOptions { Since = "2" }, Token).TakeAsync(2);
        Assert.Equal([2, 3], read.Select(e => e.Sequence));
        var rest = await hub.Client.SubscribeAsync(new SubscribeOptions { ResumeAfter = read[1].ResumePoint, Since = "1" }, Token).TakeAsync(2);
        Assert.Equal([4, 5], rest.Select(e => e.Sequence));
    }

    [Fact]
    public async Task A_reset_ends_it_unless_it_is_handled()
    {
        await using var hub = await Hub.StartAsync();
        await hub.Client.PublishAsync("t", "1", Token);
        var resets = new List<StreamReset>();
        foreach (var (point, reason) in new[] { ("not a point", "invalid"), ("0190abcd:1", "epoch") })
        {
            var ended = await Assert.ThrowsAsync<StreamResetException>(() => hub.Client.SubscribeAsync(new SubscribeOptions { ResumeAfter = point }, Token).TakeAsync(1));
            Assert.Equal(reason, ended.Reset.Reason);
        }

        var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new SubscribeOptions
        {
            ResumeAfter = "0190abcd:1",
            OnReset = (reset, _) =>
            {
                resets.Add(reset);
                handled.SetResult();
                return ValueTask.CompletedTask;
            },
        };
        var reading = hub.Client.SubscribeAsync(options, Token).TakeAsync(1);
        await handled.Task.WaitAsync(TimeSpan.FromSeconds(180), Token);
        await hub.Client.PublishAsync("t", "2", Token);
        Assert.Equal(2, Assert.Single(await reading).Sequence);
        Assert.Equal("epoch", Assert.Single(resets).Reason);
    }

    [Fact]
    public async Task The_hub_says_when_to_come_back_and_what_comes_after_is_dead_after_45_seconds_of_silence()
    {
        var time = new FakeTimeProvider();
        await using var proxy = await HubProxy.StartAsync(null);
        proxy.Instead = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(proxy.Requests == 1 ? "data: {\"type\":\"connected\"}\n\nid: e:7\n\nretry: 4321\n\n" : "data: {\"type\":\"connected\"}\n\n", Token);
            await context.Response.Body.FlushAsync(Token);
            if (proxy.Requests == 2) await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
            return true;
        };
        await using var client = new EventHubClient(new EventHubClientOptions { Url = new Uri(proxy.Url), TimeProvider = time });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var disconnects = new ConcurrentQueue<Exception?>();
        var reading = client.SubscribeAsync(new SubscribeOptions { OnDisconnected = disconnects.Enqueue }, stop.Token).ToListAsync(stop.Token).AsTask();
        await Eventually.IsTrueAsync(() => Task.FromResult(time.NextDueIn == TimeSpan.FromMilliseconds(4321)));
        Assert.Null(Assert.Single(disconnects));
        time.Advance(TimeSpan.FromMilliseconds(4321));
        await Eventually.IsTrueAsync(() => Task.FromResult(time.NextDueIn == TimeSpan.FromSeconds(45)));
        time.Advance(TimeSpan.FromSeconds(45));
        await Eventually.IsTrueAsync(() => Task.FromResult(disconnects.Count == 2));
        Assert.NotNull(disconnects.Last());
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
