using System.Net.Http.Json;
using System.Text.Json;
using EventHub.Soak.Processes;

namespace EventHub.Soak.Faults;

/// <summary>The disk runs full under load, and has space again.</summary>
public sealed class DiskFullTests
{
    private static readonly string s_filler = new('x', 20_000);

    [Fact]
    public async Task Publishers_are_refused_while_the_disk_is_full_and_nothing_accepted_is_lost()
    {
        await using var disk = await SmallDisk.MountAsync(48);
        var data = Path.Combine(disk.Path, "data");
        var delivered = new HashSet<Guid>();
        await using var receiver = await LoopbackServer.StartAsync(context =>
        {
            lock (delivered) delivered.Add(Guid.Parse(context.Request.Headers["X-Event-Id"].ToString()));
            return Task.CompletedTask;
        });
        var accepted = new List<Guid>();
        await using (var hub = await HubProcess.StartAsync(data))
        {
            await hub.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "*" } });
            await disk.AddBallastAsync(32);

            // 1 full: refused in words a publisher understands, and unhealthy
            var refusal = await FillAsync(hub, accepted);
            Assert.Contains("No space left", refusal.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.Equal("unhealthy", (await HealthAsync(hub, 503)).GetProperty("status").GetString());
            Assert.Equal(503, await PublishAsync(hub, accepted, size: 20_000));
            await hub.GetAsync("/events?limit=1");

            // 2 space again: it goes on by itself
            disk.DropBallast();
            await Eventually.IsTrueAsync(async () => await PublishAsync(hub, accepted, size: 10) == 202);
            Assert.Equal("healthy", (await HealthAsync(hub, 200)).GetProperty("status").GetString());
            await AssertAllThereAsync(hub, accepted);
            await Eventually.IsTrueAsync(() => Task.FromResult(IsDelivered()));

            // 3 full again, and killed
            await disk.AddBallastAsync(16);
            await FillAsync(hub, accepted);
            await hub.KillAsync();
        }

        disk.DropBallast();
        await using (var hub = await HubProcess.StartAsync(data))
        {
            await AssertAllThereAsync(hub, accepted);
            await Eventually.IsTrueAsync(() => Task.FromResult(IsDelivered()));
            Assert.Equal(0, await hub.StopAsync());
        }

        bool IsDelivered()
        {
            lock (delivered) return delivered.IsSupersetOf(accepted);
        }
    }

    /// <summary>Publishes until it is refused.</summary>
    /// <returns>The refusal.</returns>
    private static async Task<JsonElement> FillAsync(HubProcess hub, List<Guid> accepted)
    {
        while (true)
        {
            using var response = await hub.Http.PostAsJsonAsync("/events", new { type = "disk.full", payload = s_filler }, TestContext.Current.CancellationToken);
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
            if ((int)response.StatusCode == 503)
            {
                Assert.True(response.Headers.RetryAfter is not null);
                return answer;
            }

            Assert.Equal(202, (int)response.StatusCode);
            accepted.Add(answer.GetProperty("event_id").GetGuid());
            Assert.True(accepted.Count < 10_000, "the disk does not fill");
        }
    }

    private static async Task<int> PublishAsync(HubProcess hub, List<Guid> accepted, int size)
    {
        using var response = await hub.Http.PostAsJsonAsync("/events", new { type = "disk.full", payload = s_filler[..size] }, TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        if (response.IsSuccessStatusCode) accepted.Add(answer.GetProperty("event_id").GetGuid());
        return (int)response.StatusCode;
    }

    private static async Task<JsonElement> HealthAsync(HubProcess hub, int status)
    {
        using var response = await hub.Http.GetAsync("/health", TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    private static async Task AssertAllThereAsync(HubProcess hub, List<Guid> accepted)
    {
        var logged = new List<Guid>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await hub.GetAsync("/events?order=asc&limit=200" + (cursor.Length > 0 ? "&cursor=" + Uri.EscapeDataString(cursor) : ""));
            logged.AddRange(page.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("id").GetGuid()));
            cursor = page.GetProperty("next_cursor").GetString();
        }

        Assert.Equal(accepted, logged);
    }
}
