using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using EventHub.Soak.Processes;

namespace EventHub.Soak.Faults;

/// <summary>A consumer that comes late finds a great backlog, and reads it in pages: neither it nor the hub ever holds more than a few of them.</summary>
public sealed class ConsumerBacklogTests
{
    private const int Batch = 1000;
    private const long MostGrowth = 100L << 20;

    private static int Events => int.Parse(Environment.GetEnvironmentVariable("EVENTHUB_SOAK_BACKLOG") ?? "200000", CultureInfo.InvariantCulture);

    [Fact]
    public async Task It_is_read_in_pages_of_bounded_memory_each_event_once_and_in_order()
    {
        using var data = new TemporaryDirectory();
        await using var hub = await HubProcess.StartAsync(data.Path);
        var filler = new string('x', 300);
        for (var sent = 0; sent < Events; sent += Batch)
            await hub.PostAsync("/events/batch", Enumerable.Range(sent, Batch).Select(n => new { type = n % 100 == 0 ? "rare" : "common", payload = new { n, filler } }));

        foreach (var (name, type, step) in new[] { ("all", "*", 1), ("rare", "rare", 100) })
        {
            using var created = await hub.Http.PutAsJsonAsync($"/consumers/{name}", new { events = new[] { type }, start = "beginning" }, TestContext.Current.CancellationToken);
            Assert.True(created.IsSuccessStatusCode);
            await ReadPageAsync(hub, name); // warm
            var before = hub.ResidentBytes;
            var most = before;
            var expected = 1L;
            var clock = Stopwatch.StartNew();
            while (expected <= Events)
            {
                var page = await ReadPageAsync(hub, name);
                Assert.NotEmpty(page);
                foreach (var sequence in page)
                {
                    Assert.Equal(expected, sequence);
                    expected += step;
                }

                await hub.PostAsync($"/consumers/{name}/ack", new { sequence = page[^1] });
                most = Math.Max(most, hub.ResidentBytes);
            }

            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name}: {Events / step} of {Events} events in {clock.Elapsed.TotalSeconds:0.0} s; {before >> 20} MiB before, at most {most >> 20} MiB"));
            Assert.InRange(most - before, long.MinValue, MostGrowth);
        }
    }

    private static async Task<List<long>> ReadPageAsync(HubProcess hub, string name)
    {
        var page = await hub.GetAsync($"/consumers/{name}/events?max=1000");
        return [.. page.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("sequence").GetInt64())];
    }
}
