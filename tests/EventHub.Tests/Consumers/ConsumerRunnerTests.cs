using EventHub.Consumers;
using EventHub.Events;
using EventHub.Hosting;
using EventHub.Publishing;
using EventHub.Storage;
using EventHub.Storage.Conformance.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventHub.Tests.Consumers;

public sealed class ConsumerRunnerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_are_handled_in_order_one_at_a_time_and_only_those_wanted()
    {
        await using var hub = await TestHub.StartAsync();
        var (inside, most) = (0, 0);
        var seen = new List<long>();
        await using var consumer = await RunAsync(hub, ["a.*"], async (events, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await Task.Yield();
            lock (seen) seen.AddRange(events.Select(e => e.Sequence));
            Interlocked.Decrement(ref inside);
        });
        for (var i = 0; i < 100; i++) await hub.PublishAsync(i % 2 == 0 ? "a.x" : "b.x", "1");
        await Eventually.IsTrueAsync(() => Count(seen) == 50);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)(2 * i) + 1), seen);
        Assert.Equal(1, most);
        await Eventually.IsTrueAsync(async () => await CursorAsync(hub) >= 99);
    }

    [Fact]
    public async Task What_the_handler_throws_comes_again_and_nothing_passes_it()
    {
        var time = new FakeTimeProvider();
        await using var hub = await TestHub.StartAsync(time: time, options: TestHub.PatientOptions);
        var seen = new List<long>();
        await using var consumer = await RunAsync(hub, ["*"], (events, _) =>
        {
            lock (seen)
            {
                seen.AddRange(events.Select(e => e.Sequence));
                if (seen.Count <= 3) throw new InvalidOperationException("no disk");
            }

            return default;
        }, maxBatch: 1, time: time);
        await hub.PublishAsync("a", "1");
        await hub.PublishAsync("a", "2");
        await Eventually.IsTrueAsync(() => Count(seen) == 5, time);
        Assert.Equal([1, 1, 1, 1, 2], seen);
        await Eventually.IsTrueAsync(async () => await CursorAsync(hub) == 2, time);
    }

    [Fact]
    public async Task What_is_not_handled_is_not_acknowledged_and_comes_again_after_a_restart()
    {
        await using var hub = await TestHub.StartAsync("sqlite");
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (await RunAsync(hub, ["*"], async (events, stopping) =>
        {
            if (events[0].Sequence < 3) return;
            begun.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
        }, maxBatch: 1))
        {
            for (var i = 0; i < 5; i++) await hub.PublishAsync("a", "1");
            await begun.Task.WaitAsync(TimeSpan.FromSeconds(120), Token);
            Assert.Equal(2, await CursorAsync(hub));
        }

        await using var again = await hub.RestartAsync();
        var seen = new List<long>();
        await using var consumer = await RunAsync(again, ["*"], (events, _) =>
        {
            lock (seen) seen.AddRange(events.Select(e => e.Sequence));
            return default;
        });
        await Eventually.IsTrueAsync(() => Count(seen) == 3);
        Assert.Equal([3, 4, 5], seen);
    }

    [Fact]
    public async Task Of_two_only_one_handles_until_it_is_gone()
    {
        var time = new FakeTimeProvider();
        await using var hub = await TestHub.StartAsync(time: time, options: TestHub.PatientOptions);
        var (first, second) = (new List<long>(), new List<long>());
        var one = await RunAsync(hub, ["*"], Into(first), time: time);
        await hub.PublishAsync("a", "1");
        await Eventually.IsTrueAsync(() => Count(first) == 1, time);
        await using var two = await RunAsync(hub, ["*"], Into(second), time: time);
        for (var i = 0; i < 20; i++)
        {
            await hub.PublishAsync("a", "1");
            await Eventually.IsTrueAsync(() => Count(first) == i + 2);
            var until = time.GetUtcNow() + TimeSpan.FromSeconds(15);
            await Eventually.IsTrueAsync(async () => (await hub.Pipeline.Consumers.FindAsync("c", Token))!.Record.HeldUntil > until);
            time.Advance(TimeSpan.FromSeconds(3));
        }

        Assert.Empty(second);
        await one.DisposeAsync();
        await hub.PublishAsync("a", "1");
        await Eventually.IsTrueAsync(() => Count(second) == 1, time);
        Assert.Equal((21, 22), (first.Count, second[0]));
    }

    [Fact]
    public async Task A_handler_that_takes_long_keeps_the_consumer()
    {
        var time = new FakeTimeProvider();
        await using var hub = await TestHub.StartAsync(time: time, options: TestHub.PatientOptions);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var consumer = await RunAsync(hub, ["*"], async (_, _) =>
        {
            begun.TrySetResult();
            await release.Task;
        }, time: time);
        await hub.PublishAsync("a", "1");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(120), Token);
        for (var i = 0; i < 30; i++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            var until = time.GetUtcNow() + TimeSpan.FromSeconds(15);
            await Eventually.IsTrueAsync(async () => (await hub.Pipeline.Consumers.FindAsync("c", Token))!.Record.HeldUntil > until);
        }

        release.SetResult();
        await Eventually.IsTrueAsync(async () => await CursorAsync(hub) == 1, time);
    }

    [Fact]
    public async Task A_consumer_added_to_a_host_starts_and_stops_with_it()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        var handled = new TaskCompletionSource<Event>(TaskCreationOptions.RunContinuationsAsynchronously);
        builder.Services.AddLogging();
        var hub = builder.Services.AddEventHub();
        hub.AddConsumer("mails", "user.*", (item, _) =>
        {
            handled.TrySetResult(item);
            return default;
        });
        Assert.Throws<ArgumentException>(() => hub.AddConsumer("mails", "*", static (_, _) => default));
        Assert.Throws<ArgumentException>(() => hub.AddConsumer(new ConsumerRegistration("x", ["*"], static (_, _) => default) { MaxBatch = 0 }));
        using var host = builder.Build();
        await host.StartAsync(Token);
        await host.Services.GetRequiredService<Publisher>().PublishAsync(new NewEvent { Type = "user.created", Payload = "1"u8.ToArray() }, Token);
        Assert.Equal("user.created", (await handled.Task.WaitAsync(TimeSpan.FromSeconds(120), Token)).Type);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task A_consumer_with_a_bad_pattern_stops_the_start_and_is_named()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddEventHub().AddConsumer("mails", "user*", static (_, _) => default);
        using var host = builder.Build();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(Token));
        Assert.StartsWith("Consumer 'mails': events[0] ", error.Message, StringComparison.Ordinal);
        await host.StopAsync(Token);
    }

    private static ConsumerHandler Into(List<long> seen) => (events, _) =>
    {
        lock (seen) seen.AddRange(events.Select(e => e.Sequence));
        return default;
    };

    private static int Count(List<long> seen)
    {
        lock (seen) return seen.Count;
    }

    private static async Task<long> CursorAsync(TestHub hub) => (await hub.Pipeline.Consumers.FindAsync("c", Token))!.Record.Cursor;

    private static async Task<ConsumerHost> StartHostAsync(TestHub hub, ConsumerRegistration registration, TimeProvider time)
    {
        var host = new ConsumerHost(registration, hub.Pipeline, new HubOptions(), time, NullLogger<ConsumerHost>.Instance);
        await host.StartAsync(Token);
        return host;
    }

    private static async Task<Running> RunAsync(TestHub hub, IReadOnlyList<string> events, ConsumerHandler handler, int maxBatch = 100, TimeProvider? time = null) =>
        new(await StartHostAsync(hub, new ConsumerRegistration("c", events, handler) { Start = "beginning", MaxBatch = maxBatch }, time ?? TimeProvider.System));

    private sealed class Running(ConsumerHost host) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await host.StopAsync(CancellationToken.None);
    }
}
