using System.Text;
using EventHub.Hosting;
using EventHub.Publishing;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.Server.Tests.Http.Streaming;

public sealed class StreamLoadTests
{
    private const int Readers = 40;
    private const int Events = 6000;

    /// <summary>Readers that come, go and resume at random while events are published as fast as possible, through a ring that holds next to nothing.</summary>
    [Fact]
    public async Task Every_reader_sees_every_matching_event_once_and_in_order()
    {
        await using var hub = await HubHost.StartAsync(new HubOptions { TailCapacity = 64 });
        var publishing = Task.WhenAll(Enumerable.Range(0, 3).Select(p => Task.Run(() => PublishAsync(hub, Events / 3), HubHost.Token)));
        var readers = Enumerable.Range(0, Readers).Select(r => Task.Run(() => ReadAsync(hub, new Random(r), r % 2 == 0 ? null : $"t{r % 4}"), HubHost.Token)).ToList();
        await publishing;
        foreach (var type in (string[])["t0", "t1", "t3"]) await hub.PostAsync("/events", $$"""{"type":"{{type}}","payload":1,"source":"end"}""");
        var log = hub.Services.GetRequiredService<Storage.IEventLog>();
        var written = (await log.ReadAsync(0, int.MaxValue, long.MaxValue, null, HubHost.Token)).Events;
        for (var r = 0; r < Readers; r++)
        {
            var wanted = written.Where(e => r % 2 == 0 || e.Type == $"t{r % 4}").ToList();
            var end = wanted.FindIndex(e => e.Source == "end");
            Assert.Equal(wanted.Take(end + 1).Select(e => e.Sequence), await readers[r]);
        }
    }

    private static async Task PublishAsync(HubHost hub, int count)
    {
        var publisher = hub.Services.GetRequiredService<Publisher>();
        for (var i = 0; i < count; i++)
        {
            var result = await publisher.PublishAsync(new NewEvent { Type = $"t{i % 4}", Payload = Encoding.UTF8.GetBytes($"{i}") }, HubHost.Token);
            Assert.Equal(PublishStatus.Accepted, result.Status);
        }
    }

    private static async Task<List<long>> ReadAsync(HubHost hub, Random random, string? type)
    {
        var seen = new List<long>();
        var last = "";
        while (true)
        {
            var path = type is null ? "/stream?since=0" : $"/stream?since=0&type={type}";
            await using var stream = await SseClient.OpenAsync(hub.Client, path, last.Length == 0 ? null : last);
            for (var left = random.Next(1, 1500); left > 0; left--)
            {
                var message = await stream.NextMessageAsync();
                Assert.Equal("event", message.Kind);
                Assert.Equal(type ?? message.Event.Text("type"), message.Event.Text("type"));
                seen.Add(message.Sequence);
                if (message.Event.Text("source") == "end") return seen;
            }

            last = stream.LastId;
        }
    }
}
