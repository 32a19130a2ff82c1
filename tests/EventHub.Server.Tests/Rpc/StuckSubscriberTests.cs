using System.Net.WebSockets;
using System.Text;
using EventHub.AspNetCore.Hosting;
using EventHub.AspNetCore.Http.Streaming;
using EventHub.Server.Tests.EndToEnd;
using EventHub.Server.Tests.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.Server.Tests.Rpc;

/// <summary>A client that subscribed and then takes nothing.</summary>
public sealed class StuckSubscriberTests
{
    private const int Count = 96;
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task It_holds_nobody_up_and_is_disconnected_at_its_deadline()
    {
        await using var hub = await HubHost.StartAsync(services: services => services.AddSingleton(new StreamOptions { WriteTimeout = s_deadline }));
        var slots = hub.Services.GetRequiredService<StreamSlots>();
        using var stuck = await SubscribeAsync(hub);
        await using var client = await RawRpcClient.ConnectAsync(hub);
        var handled = 0;
        client.Handle = _ =>
        {
            Interlocked.Increment(ref handled);
            return Task.FromResult<string?>("\"complete\"");
        };
        await client.InvokeAsync("Serve", "\"x\"");
        await hub.PostAsync("/subscriptions", """{"events":["*"],"destination":{"type":"rpc","name":"x"}}""");
        var stream = await client.StreamAsync("Subscribe", """{"since":0}""");
        await Eventually.IsTrueAsync(() => Task.FromResult(slots.Taken == 2));

        // More than sockets hold, by far: some megabytes each way.
        var started = TimeProvider.System.GetTimestamp();
        for (var n = 0; n < Count; n++)
        {
            var answer = await hub.PostAsync("/events", $$"""{"type":"big","payload":"{{new string('x', 1_000_000)}}"}""");
            Assert.Equal(202, answer.Status);
        }

        // 1 the others go on meanwhile
        Assert.Equal(Enumerable.Range(1, Count).Select(n => (long)n), await stream.SequencesAsync(Count));
        await Eventually.IsTrueAsync(() => Task.FromResult(Volatile.Read(ref handled) == Count));

        // 2 it is cut off, no sooner than it may, and gives back what it held
        await Eventually.IsTrueAsync(() => Task.FromResult(slots.Taken == 1));
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= s_deadline);
        await Assert.ThrowsAsync<WebSocketException>(() => ReadToEndAsync(stuck));

        // 3 and comes back
        using var again = await SubscribeAsync(hub);
        await Eventually.IsTrueAsync(() => Task.FromResult(slots.Taken == 2));
    }

    private static async Task<ClientWebSocket> SubscribeAsync(HubHost hub)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(hub.Client.BaseAddress!) { Scheme = "ws", Path = "/rpc" }.Uri, HubHost.Token);
        foreach (var message in new[] { """{"protocol":"json","version":1}""", """{"type":4,"invocationId":"1","target":"Subscribe","arguments":[{"since":0}]}""" })
            await socket.SendAsync(Encoding.UTF8.GetBytes(message + '\x1e'), WebSocketMessageType.Text, true, HubHost.Token);
        return socket;
    }

    private static async Task ReadToEndAsync(ClientWebSocket socket)
    {
        var buffer = new byte[1 << 20];
        while (true) await socket.ReceiveAsync(buffer.AsMemory(), HubHost.Token);
    }
}
