using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using EventHub.Soak.Processes;
using Microsoft.AspNetCore.Http;

namespace EventHub.Soak.Faults;

/// <summary>SIGTERM under load: what is in flight is drained, what was accepted is kept, and the process ends well and in time.</summary>
public sealed class StopTests
{
    private const int Publishers = 8;
    private static readonly TimeSpan s_slowness = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_is_in_flight_is_drained_and_nothing_is_lost_or_delivered_twice(string store)
    {
        using var data = new TemporaryDirectory();
        var how = new HubStart { Arguments = await TestStore.ArgumentsAsync(store) };
        var requests = new ConcurrentQueue<(Guid EventId, bool IsAborted)>();
        var inHand = 0;
        await using var receiver = await LoopbackServer.StartAsync(async context =>
        {
            Interlocked.Increment(ref inHand);
            await Pause.ForAsync(s_slowness, CancellationToken.None);
            requests.Enqueue((Guid.Parse(context.Request.Headers["X-Event-Id"].ToString()), context.RequestAborted.IsCancellationRequested));
            Interlocked.Decrement(ref inHand);
        });

        var accepted = new ConcurrentQueue<Guid>();
        await using (var hub = await HubProcess.StartAsync(data.Path, how))
        {
            await hub.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "*" } });
            var load = Enumerable.Range(0, Publishers).Select(_ => PublishUntilRefusedAsync(hub, accepted)).ToList();
            await Eventually.IsTrueAsync(() => Task.FromResult(Volatile.Read(ref inHand) >= 64));
            var clock = Stopwatch.StartNew();
            Assert.Equal(0, await hub.StopAsync());
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, SoakForm.Limit(TimeSpan.FromSeconds(10)));
            Assert.Contains("Hub closed: 0 attempts", hub.Output, StringComparison.Ordinal);
            await Task.WhenAll(load);
        }

        Assert.Equal(0, Volatile.Read(ref inHand));
        Assert.DoesNotContain(requests, r => r.IsAborted);
        Assert.True(requests.Count < accepted.Count, "There was nothing left to deliver: the load was too small.");

        // What was answered while stopping is known to the next process: every event comes, and none twice. A delay of 1 s each would take too long.
        await using (var hub = await HubProcess.StartAsync(data.Path, how))
        {
            await Eventually.IsTrueAsync(() => Task.FromResult(requests.Count >= accepted.Count));
            Assert.Equal(accepted.Order(), requests.Select(r => r.EventId).Order());
            Assert.Equal(0, await hub.StopAsync());
        }
    }

    [Fact]
    public async Task Receivers_that_hang_do_not_hold_a_stop_up_beyond_its_deadline()
    {
        using var data = new TemporaryDirectory();
        var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = await LoopbackServer.StartAsync(async context =>
        {
            came.TrySetResult();
            await Pause.ForAsync(TimeSpan.FromMinutes(5), context.RequestAborted);
        });
        await using var hub = await HubProcess.StartAsync(data.Path, new HubStart { Arguments = ["--shutdown-timeout", "2s"] });
        await hub.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "*" }, timeout_ms = 120_000 });
        await hub.PostAsync("/events", new { type = "a.b", payload = 1 });
        await came.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, await hub.StopAsync());
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(1.5), SoakForm.Limit(TimeSpan.FromSeconds(8)));
        Assert.Contains("Hub closed: 1 attempts", hub.Output, StringComparison.Ordinal);
    }

    private static async Task PublishUntilRefusedAsync(HubProcess hub, ConcurrentQueue<Guid> accepted)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        try
        {
            while (await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken))
            {
                using var response = await hub.Http.PostAsJsonAsync("/events", new { type = "under.load", payload = 1 }, TestContext.Current.CancellationToken);
                if (!response.IsSuccessStatusCode)
                {
                    Assert.Equal(503, (int)response.StatusCode);
                    return;
                }

                var answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
                accepted.Enqueue(answer.GetProperty("event_id").GetGuid());
            }
        }
        catch (HttpRequestException)
        {
            // It listens no more.
        }
    }
}
