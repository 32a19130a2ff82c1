using System.Net.Sockets;
using System.Text;
using EventHub.AspNetCore.Hosting;
using EventHub.AspNetCore.Http.Streaming;
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
        await using var hub = await HubHost.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        await using var stream = await SseClient.OpenAsync(hub.Client);
        Assert.Equal(0, (await stream.NextAsync())!.Sequence);
        for (var i = 0; i < 5; i++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(new SseBlock(null, null, true, null), await stream.NextAsync());
        }
    }

    [Fact]
    public async Task A_comment_comes_between_events_too()
    {
        var time = new FakeTimeProvider();
        await using var hub = await HubHost.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        await using var stream = await SseClient.OpenAsync(hub.Client);
        Assert.Equal(0, (await stream.NextAsync())!.Sequence);
        time.Advance(TimeSpan.FromSeconds(5));
        await StreamEndpointTests.PublishAsync(hub, "a", 1);
        Assert.Equal(1, (await stream.NextAsync())!.Sequence);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.True((await stream.NextAsync())!.IsComment);
    }

    [Fact]
    public async Task A_filtered_stream_is_told_how_far_it_is()
    {
        var time = new FakeTimeProvider();
        await using var hub = await HubHost.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        await using var stream = await SseClient.OpenAsync(hub.Client, "/stream?type=rare");
        Assert.Equal(0, (await stream.NextAsync())!.Sequence);
        await StreamEndpointTests.PublishAsync(hub, "common", 3);
        time.Advance(TimeSpan.FromSeconds(1));
        // How much of it the stream had seen by then is chance; that it gets there is not.
        while (!stream.LastId.EndsWith(":3", StringComparison.Ordinal))
        {
            var block = await stream.NextAsync();
            Assert.Null(block!.Data);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await StreamEndpointTests.PublishAsync(hub, "rare", 1);
        await using var resumed = await SseClient.OpenAsync(hub.Client, "/stream?type=rare", stream.LastId);
        Assert.Equal([4], await resumed.SequencesAsync(1));
    }

    [Fact]
    public async Task A_reader_that_stops_reading_is_disconnected_and_nobody_else_notices()
    {
        var options = new StreamOptions { WriteTimeout = TimeSpan.FromMilliseconds(300) };
        await using var hub = await HubHost.StartAsync(services: services => services.AddSingleton(options));
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
        }

        await Eventually.IsTrueAsync(() => Task.FromResult(slots.Taken == 1));
        await StreamEndpointTests.PublishAsync(hub, "a", 1);
        Assert.Equal([++sent], await healthy.SequencesAsync(1));
    }
}
