using System.Diagnostics;
using System.Globalization;
using EventHub.PostgresServer;
using EventHub.Soak.Processes;

namespace EventHub.Soak.Faults;

/// <summary>A destination that is down while a great many events are published: its backlog stays in the log, and delays nobody.</summary>
public sealed class BacklogTests
{
    private const int Batch = 1000;
    private const int KeptUp = 10; // one event in so many is for the webhook that works
    private const long MostGrowth = 150L << 20;
    private static readonly TimeSpan s_longest = SoakForm.Limit(TimeSpan.FromSeconds(10));

    private static int Events => int.Parse(Environment.GetEnvironmentVariable("EVENTHUB_SOAK_BACKLOG") ?? "200000", CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_dead_destination_costs_no_memory_and_delays_nobody()
    {
        using var data = new TemporaryDirectory();
        var received = 0;
        await using var receiver = await LoopbackServer.StartAsync(context =>
        {
            Interlocked.Increment(ref received);
            return Task.CompletedTask;
        });
        await using var hub = await HubProcess.StartAsync(data.Path);
        await hub.PostAsync("/webhooks", new { name = "dead", url = $"http://127.0.0.1:{FreePorts.Next()}", events = new[] { "*" } });
        await hub.PostAsync("/webhooks", new { name = "alive", url = receiver.Url, events = new[] { "backlog.tenth" } });

        // Warm: buffers, the tail and compiled code have their size.
        for (var i = 0; i < 20; i++) await PublishAsync(hub);
        await Eventually.IsTrueAsync(() => Task.FromResult(Volatile.Read(ref received) >= 20 * Batch / KeptUp));
        var before = hub.ResidentBytes;
        var most = before;
        var furthest = 0;
        var clock = Stopwatch.StartNew();
        for (var sent = 20 * Batch; sent < Events; sent += Batch)
        {
            await PublishAsync(hub);
            most = Math.Max(most, hub.ResidentBytes);
            furthest = Math.Max(furthest, ((sent + Batch) / KeptUp) - Volatile.Read(ref received));
        }

        var published = clock.Elapsed;
        await Eventually.IsTrueAsync(() => Task.FromResult(Volatile.Read(ref received) >= Events / KeptUp));
        most = Math.Max(most, hub.ResidentBytes);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Events} events in {published.TotalSeconds:0.0} s; the other webhook was at most {furthest} behind, and through after {clock.Elapsed.TotalSeconds:0.0} s; {before >> 20} MiB before, at most {most >> 20} MiB"));
        Assert.InRange(most - before, 0, MostGrowth);
        Assert.Equal(Events / KeptUp, Volatile.Read(ref received));

        // The backlog survives a crash, and holds the start up no more than the stop.
        await hub.KillAsync();
        clock.Restart();
        await using var next = await HubProcess.StartAsync(data.Path);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, s_longest);
        await PublishAsync(next);
        await Eventually.IsTrueAsync(() => Task.FromResult(Volatile.Read(ref received) >= (Events + Batch) / KeptUp));
        Assert.InRange(next.PeakResidentBytes - before, long.MinValue, MostGrowth);
        clock.Restart();
        Assert.Equal(0, await next.StopAsync());
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, s_longest);
    }

    private static async Task PublishAsync(HubProcess hub) => await hub.PostAsync(
        "/events/batch", Enumerable.Range(0, Batch).Select(i => new { type = i % KeptUp == 0 ? "backlog.tenth" : "backlog.other", user_id = $"user-{i}", payload = new { number = i, text = "two hundred bytes or so of payload, as events have" } }));
}
