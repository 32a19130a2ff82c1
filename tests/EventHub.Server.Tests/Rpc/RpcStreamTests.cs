using EventHub.AspNetCore.Hosting;
using EventHub.Server.Tests.Http;
using EventHub.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.Server.Tests.Rpc;

public sealed class RpcStreamTests
{
    [Fact]
    public async Task A_stream_begins_with_the_next_event_and_a_place_to_resume_from()
    {
        await using var hub = await HubHost.StartAsync();
        await using var client = await RawRpcClient.ConnectAsync(hub);
        await PublishAsync(hub, "a", 2);
        var stream = await client.StreamAsync("Subscribe");
        Assert.Equal("""{"type":"connected"}""", await stream.NextRawAsync());
        var position = await stream.NextAsync();
        Assert.Equal(("position", true), (position.Text("type"), position.Text("id").EndsWith(":2", StringComparison.Ordinal)));
        await PublishAsync(hub, "a", 1);
        var item = await stream.NextAsync();
        Assert.Equal(["type", "id", "event"], item.Names());
        Assert.Equal(3, item.GetProperty("event").GetProperty("sequence").GetInt32());
        Assert.EndsWith(":3", item.Text("id"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_resumes_after_the_last_id_without_gap_or_duplicate()
    {
        await using var hub = await HubHost.StartAsync();
        string last;
        await using (var client = await RawRpcClient.ConnectAsync(hub))
        {
            var stream = await client.StreamAsync("Subscribe");
            await stream.NextAsync("position");
            await PublishAsync(hub, "a", 5);
            Assert.Equal([1, 2, 3], await stream.SequencesAsync(3));
            last = stream.LastId;
        }

        await PublishAsync(hub, "a", 5);
        await using var again = await RawRpcClient.ConnectAsync(hub);
        var resumed = await again.StreamAsync("Subscribe", $$"""{"since":1,"last_event_id":"{{last}}"}""");
        Assert.Equal([4, 5, 6, 7, 8, 9, 10], await resumed.SequencesAsync(7));
        await PublishAsync(hub, "a", 1);
        Assert.Equal([11], await resumed.SequencesAsync(1));
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("3", 3)]
    [InlineData("\"3\"", 3)]
    [InlineData("\"2001-01-01T00:00:00Z\"", 1)]
    public async Task Since_replays_from_there_and_goes_live(string since, int first)
    {
        await using var hub = await HubHost.StartAsync();
        await using var client = await RawRpcClient.ConnectAsync(hub);
        await PublishAsync(hub, "a", 4);
        var stream = await client.StreamAsync("Subscribe", $$"""{"since":{{since}}}""");
        await stream.NextAsync("position");
        await PublishAsync(hub, "a", 2);
        Assert.Equal(Enumerable.Range(first, 7 - first).Select(s => (long)s), await stream.SequencesAsync(7 - first));
    }

    [Theory]
    [InlineData("nonsense", "invalid", 11)]
    [InlineData("EPOCH:-1", "invalid", 11)]
    [InlineData("EPOCH:11", "future", 11)]
    [InlineData("01234567:3", "epoch", 11)]
    [InlineData("EPOCH:4", "trimmed", 6)]
    [InlineData("EPOCH:5", null, 6)]
    public async Task A_place_that_cannot_be_resumed_from_gives_a_reset_first(string id, string? reason, int next)
    {
        await using var hub = await HubHost.StartAsync();
        await PublishAsync(hub, "a", 10);
        var log = hub.Services.GetRequiredService<IEventLog>();
        await log.TrimAsync(5, DateTimeOffset.MaxValue, HubHost.Token);
        var epoch = (await log.GetStateAsync(HubHost.Token)).Epoch;
        await using var client = await RawRpcClient.ConnectAsync(hub);
        var stream = await client.StreamAsync("Subscribe", $$"""{"last_event_id":"{{id.Replace("EPOCH", epoch, StringComparison.Ordinal)}}"}""");
        Assert.Equal("connected", (await stream.NextAsync()).Text("type"));
        var second = await stream.NextAsync();
        if (reason is null) Assert.Equal(("position", $"{epoch}:5"), (second.Text("type"), second.Text("id")));
        else Assert.Equal(("reset", reason, $"{epoch}:{next - 1}"), (second.Text("type"), second.Text("reason"), second.Text("id")));
        await PublishAsync(hub, "a", 1);
        Assert.Equal([next], await stream.SequencesAsync(1));
    }

    [Fact]
    public async Task A_filter_that_lets_nothing_through_still_moves_the_resume_point()
    {
        await using var hub = await HubHost.StartAsync(services: services => services.AddSingleton(new StreamOptions { ResumePointInterval = TimeSpan.FromMilliseconds(20) }));
        await using var client = await RawRpcClient.ConnectAsync(hub);
        var stream = await client.StreamAsync("Subscribe", """{"type":["user.*","order.paid"],"source":"s"}""");
        await stream.NextAsync("position");
        await PublishAsync(hub, "other", 3);
        // The three are published one by one: on a slow machine the place of each may be told.
        while (!(await stream.NextAsync("position")).Text("id").EndsWith(":3", StringComparison.Ordinal)) ;
        await hub.PostAsync("/events", """{"type":"order.paid","payload":1}""");
        await hub.PostAsync("/events", """{"type":"order.paid","payload":1,"source":"s"}""");
        await hub.PostAsync("/events", """{"type":"user.x","payload":1,"source":"s"}""");
        Assert.Equal([5, 6], await stream.SequencesAsync(2));
    }

    [Fact]
    public async Task A_client_that_has_enough_cancels_and_makes_room_for_another_stream()
    {
        await using var hub = await HubHost.StartAsync(services: services => services.AddSingleton(new RpcOptions { MaxStreamsPerConnection = 1 }));
        await using var client = await RawRpcClient.ConnectAsync(hub);
        var first = await client.StreamAsync("Subscribe");
        await first.NextAsync("position");
        Assert.Contains("TOO_MANY_STREAMS: 1 streams are open on this connection", await (await client.StreamAsync("Subscribe")).EndAsync(), StringComparison.Ordinal);
        await first.CancelAsync();
        await first.EndAsync();
        var second = await client.StreamAsync("Subscribe");
        await second.NextAsync("position");
        await PublishAsync(hub, "a", 1);
        Assert.Equal([1], await second.SequencesAsync(1));
    }

    [Theory]
    [InlineData("""{"type":"user*"}""", "INVALID_REQUEST: type ")]
    [InlineData("""{"since":"yesterday"}""", "INVALID_REQUEST: since is 'yesterday'")]
    [InlineData("""{"limit":5}""", "INVALID_REQUEST: limit is not a known parameter")]
    public async Task A_bad_filter_ends_the_stream_with_what_is_wrong(string filter, string expected)
    {
        await using var hub = await HubHost.StartAsync();
        await using var client = await RawRpcClient.ConnectAsync(hub);
        Assert.Contains(expected, await (await client.StreamAsync("Subscribe", filter)).EndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Past_the_limit_of_connections_a_client_is_told_and_closed()
    {
        await using var hub = await HubHost.StartAsync(services: services => services.AddSingleton(new RpcOptions { MaxConnections = 1 }));
        await using (var first = await RawRpcClient.ConnectAsync(hub))
        {
            await first.InvokeAsync("ListWebhooks");
            await using var second = await RawRpcClient.ConnectAsync(hub);
            Assert.Contains("TOO_MANY_CONNECTIONS: 1 clients are connected", await second.Closed, StringComparison.Ordinal);
            await first.InvokeAsync("ListWebhooks");
        }

        await EndToEnd.Eventually.IsTrueAsync(async () =>
        {
            await using var third = await RawRpcClient.ConnectAsync(hub);
            try
            {
                return await third.InvokeAsync("ListWebhooks") == """{"webhooks":[]}""";
            }
            catch (RpcErrorException)
            {
                return false;
            }
        });
    }

    private static async Task PublishAsync(HubHost hub, string type, int count)
    {
        for (var i = 0; i < count; i++) Assert.Equal(202, (await hub.PostAsync("/events", $$"""{"type":"{{type}}","payload":{{i}}}""")).Status);
    }
}
