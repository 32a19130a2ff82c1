using System.Collections.Concurrent;
using EventHub.Soak.Processes;
using Microsoft.AspNetCore.Http;

namespace EventHub.Soak.Faults;

/// <summary>Receivers that answer for ever, or with more than anybody wants.</summary>
public sealed class BadReceiverTests
{
    private const long Gibibyte = 1L << 30;
    private const long MostGrowth = 100L << 20;

    [Fact]
    public async Task An_answer_that_drips_for_ever_is_a_timeout()
    {
        using var data = new TemporaryDirectory();
        await using var receiver = await LoopbackServer.StartAsync(static async context =>
        {
            using var drip = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            while (await drip.WaitForNextTickAsync(context.RequestAborted))
            {
                await context.Response.WriteAsync(".", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        });
        await using var hub = await HubProcess.StartAsync(data.Path);
        await hub.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "*" }, timeout_ms = 1000, retry = new { limit = 1, constant_seconds = 0.1 } });
        await hub.PostAsync("/events", new { type = "drip.drip", payload = 1 });
        var letter = (await Eventually.HasAsync(async () => (await hub.GetAsync("/dead-letters")).GetProperty("dead_letters"), l => l.GetArrayLength() == 1))[0];
        var attempts = letter.GetProperty("attempts").EnumerateArray().ToList();
        Assert.Equal(2, attempts.Count);
        Assert.All(attempts, a => Assert.Equal("timeout", a.GetProperty("result").GetString()));
        Assert.All(attempts, a => Assert.InRange(a.GetProperty("duration_ms").GetDouble(), 900, 3000));
    }

    [Fact]
    public async Task Endless_answers_cost_no_memory()
    {
        using var data = new TemporaryDirectory();
        var events = new ConcurrentDictionary<string, bool>();
        var isBig = true;
        await using var receiver = await LoopbackServer.StartAsync(async context =>
        {
            events[context.Request.Headers["X-Event-Id"].ToString()] = true;
            if (!Volatile.Read(ref isBig)) return;
            context.Response.ContentLength = Gibibyte;
            var block = new byte[64 * 1024];
            for (var sent = 0L; sent < Gibibyte; sent += block.Length) await context.Response.Body.WriteAsync(block, context.RequestAborted);
        });
        await using var hub = await HubProcess.StartAsync(data.Path);
        await hub.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "*" }, timeout_ms = 5000, concurrency = 16, retry = new { limit = 100, constant_seconds = 0.2 } });
        await hub.PostAsync("/events", new { type = "warm.up", payload = 1 });
        await Eventually.IsTrueAsync(() => Task.FromResult(events.Count == 1));
        var before = hub.ResidentBytes;
        await hub.PostAsync("/events/batch", Enumerable.Range(0, 32).Select(i => new { type = "big.answer", payload = i }));

        // All of them once while answers are endless; then they end, and what failed is delivered.
        await Eventually.IsTrueAsync(() => Task.FromResult(events.Count == 33));
        Volatile.Write(ref isBig, false);
        await Eventually.IsTrueAsync(async () => (await hub.GetAsync("/dispatches?status=ongoing")).GetProperty("dispatches").GetArrayLength() == 0);
        var growth = hub.PeakResidentBytes - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"{before >> 20} MiB before, {growth >> 20} MiB more at the peak");
        Assert.InRange(growth, 0, MostGrowth);
    }
}
