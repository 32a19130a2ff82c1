using System.Collections.Concurrent;
using System.Globalization;
using EventHub.Soak.Processes;
using Microsoft.AspNetCore.Http;

namespace EventHub.Soak.Faults;

/// <summary>
/// The machine's clock is set an hour forth, two back, and right again under load, as a bad time server does it: leases run out all at once,
/// retries that were due lie in the future, and nothing may be lost, out of order, have two results, or wait for the hour to pass.
/// The process sees the clock through libfaketime; its monotonic clock goes on, as a machine's does.
/// </summary>
public sealed class ClockStepTests
{
    private const int Users = 10;

    [Fact]
    public async Task Events_are_delivered_in_order_and_soon_with_one_result_each_whatever_the_clock_does()
    {
        using var data = new TemporaryDirectory();
        using var clock = new TemporaryDirectory();
        var offset = Path.Combine(clock.Path, "offset");
        await File.WriteAllTextAsync(offset, "+0", TestContext.Current.CancellationToken);

        var failedOnce = new ConcurrentDictionary<string, bool>();
        var delivered = new ConcurrentQueue<(string User, int Number)>();
        await using var receiver = await LoopbackServer.StartAsync(async context =>
        {
            using var body = await System.Text.Json.JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            var payload = body.RootElement.GetProperty("event").GetProperty("payload");
            var (user, number) = (payload.GetProperty("user").GetString()!, payload.GetProperty("n").GetInt32());
            // Every third fails at first, so that retries are pending at each step.
            if (number % 3 == 0 && failedOnce.TryAdd(context.Request.Headers["X-Message-Id"].ToString(), true)) context.Response.StatusCode = 500;
            else delivered.Enqueue((user, number));
        });

        await using var hub = await HubProcess.StartAsync(data.Path, new HubStart
        {
            Through = ["env", $"LD_PRELOAD={Library()}", $"FAKETIME_TIMESTAMP_FILE={offset}", "FAKETIME_NO_CACHE=1", "DONT_FAKE_MONOTONIC=1"],
        });
        await hub.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "*" }, ordering_key = "user_id", retry = new { limit = 20, constant_seconds = 0.2 } });

        var published = 0;
        foreach (var (step, hours) in new[] { ("+1h", 1), ("-1h", -1), ("+0", 0) })
        {
            published = await PublishAsync(hub, published);
            await File.WriteAllTextAsync(offset, step, TestContext.Current.CancellationToken);
            await Eventually.IsTrueAsync(async () => Math.Abs(await HoursAheadAsync(hub) - hours) < 0.1);
            published = await PublishAsync(hub, published);
        }

        // An hour's wait would not end within Eventually's patience.
        await Eventually.IsTrueAsync(() => Task.FromResult(delivered.Select(d => d.Number).Distinct().Count() == published));
        // An attempt under way when the lease ran out could not be recorded: it alone may be made again, before the next of its key.
        Assert.InRange(delivered.Count, published, published + (3 * Users));
        foreach (var user in delivered.GroupBy(d => d.User)) Assert.Equal(user.Select(d => d.Number).Order(), user.Select(d => d.Number));
        await Eventually.IsTrueAsync(async () => (await hub.GetAsync("/dispatches?status=complete&limit=1000")).GetProperty("dispatches").GetArrayLength() == published);
        Assert.Equal(0, (await hub.GetAsync("/dead-letters")).GetProperty("dead_letters").GetArrayLength());
        Assert.Equal(0, await hub.StopAsync());
    }

    private static async Task<int> PublishAsync(HubProcess hub, int from)
    {
        const int Count = 60;
        for (var n = from; n < from + Count; n++)
        {
            var user = (n % Users).ToString(CultureInfo.InvariantCulture);
            await hub.PostAsync("/events", new { type = "clock.steps", user_id = user, payload = new { user, n } });
        }

        return from + Count;
    }

    private static async Task<double> HoursAheadAsync(HubProcess hub) =>
        ((await hub.GetAsync("/health")).GetProperty("timestamp").GetDateTimeOffset() - TimeProvider.System.GetUtcNow()).TotalHours;

    private static string Library() =>
        Directory.EnumerateFiles("/usr/lib", "libfaketimeMT.so.1", SearchOption.AllDirectories).FirstOrDefault()
        ?? throw new InvalidOperationException("libfaketime is missing: install the package 'faketime' (./test does).");
}
