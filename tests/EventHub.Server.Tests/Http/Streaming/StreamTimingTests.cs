using System.Net.Sockets;
using System.Text;
using EventHub.AspNetCore.Hosting;
using EventHub.AspNetCore.Http.Streaming;
using EventHub.Hosting;
using EventHub.Server.Tests.EndToEnd;
using EventHub.Storage.Conformance.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.Server.Tests.Http.Streaming;

public sealed class StreamTimingTests
{
    [Fact]
    public async Task A_comment_comes_every_ten_seconds()
    {
        var time = new FakeTimeProvider();
        await using var hub = await StartAsync(time);
        await using var stream = await SseClient.OpenAsync(hub.Client);
        Assert.Equal(0, (await stream.NextAsync())!.Sequence);
        for (var i = 0; i < 5; i++)
        {
            await time.AdvanceOnceDueInAsync(TimeSpan.FromSeconds(10));
            Assert.Equal(new SseBlock(null, null, true, null), await stream.NextAsync());
        }
    }

    [Fact]
    public async Task A_comment_comes_between_events_too()
    {
        var time = new FakeTimeProvider();
        await using var hub = await StartAsync(time);
        await using var stream = await SseClient.OpenAsync(hub.Client);
        Assert.Equal(0, (await stream.NextAsync())!.Sequence);
        time.Advance(TimeSpan.FromSeconds(4));
        await StreamEndpointTests.PublishAsync(hub, "a", 1);
        Assert.Equal(1, (await stream.NextAsync())!.Sequence);
        await time.AdvanceOnceDueInAsync(TimeSpan.FromSeconds(6));
        Assert.True((await stream.NextAsync())!.IsComment);
    }

    [Fact]
    public async Task A_filtered_stream_is_told_how_far_it_is()
    {
        var time = new FakeTimeProvider();
        await using var hub = await StartAsync(time);
        await using var stream = await SseClient.OpenAsync(hub.Client, "/stream?type=rare");
        Assert.Equal(0, (await stream.NextAsync())!.Sequence);
        await StreamEndpointTests.PublishAsync(hub, "common", 3);
        // How much of it the stream has seen by when is chance; that it gets there is not.
        while (!stream.LastId.EndsWith(":3", StringComparison.Ordinal)) Assert.Null((await time.PassUntilAsync(stream.NextAsync()))!.Data);

        await StreamEndpointTests.PublishAsync(hub, "rare", 1);
        await using var resumed = await SseClient.OpenAsync(hub.Client, "/stream?type=rare", stream.LastId);
        Assert.Equal([4], await resumed.SequencesAsync(1));
    }

    [Fact]
    public async Task A_reader_that_stops_reading_is_disconnected_and_nobody_else_notices()
    {
        var time = new FakeTimeProvider();
        await using var hub = await StartAsync(time);
        var slots = hub.Services.GetRequiredService<StreamSlots>();
        using var stuck = new TcpClient { ReceiveBufferSize = 4096 };
        await stuck.ConnectAsync(hub.Client.BaseAddress!.Host, hub.Client.BaseAddress.Port, HubHost.Token);
        await stuck.GetStream().WriteAsync("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), HubHost.Token);
        await Eventually.IsTrueAsync(() => Task.FromResult(slots.Taken == 1));
        await using var healthy = await SseClient.OpenAsync(hub.Client);
        var sent = 0;
        while (slots.Taken == 2 && sent < 400)
        {
            await StreamEndpointTests.PublishAsync(hub, "a", 1, new string('x', 500_000));
            Assert.Equal([++sent], await healthy.SequencesAsync(1));
            // The healthy one has taken all but what was published last, when this passes: whoever has to wait for several of these takes nothing.
            time.Advance(new StreamOptions().WriteTimeout / 4);
        }

        await Eventually.IsTrueAsync(() => Task.FromResult(slots.Taken == 1));
        await StreamEndpointTests.PublishAsync(hub, "a", 1);
        Assert.Equal([++sent], await healthy.SequencesAsync(1));
    }

    // Without what sleeps as long as a stream does in a process that delivers.
    private static Task<HubHost> StartAsync(FakeTimeProvider time) =>
        HubHost.StartAsync(new HubOptions { Roles = HubRoles.Api }, services: services => services.AddSingleton<TimeProvider>(time));
}
