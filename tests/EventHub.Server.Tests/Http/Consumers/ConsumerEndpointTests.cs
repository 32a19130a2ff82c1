using System.Text.Json;
using EventHub.Hosting;
using EventHub.Server.Tests.Http.Streaming;
using EventHub.Storage;
using EventHub.Storage.Conformance.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.Server.Tests.Http.Consumers;

public sealed class ConsumerEndpointTests
{
    private const string Instance = "X-Consumer-Instance";

    [Fact]
    public async Task Stopped_at_five_of_ten_it_goes_on_at_six()
    {
        await using var hub = await StartAsync(10);
        var first = await PollAsync(hub, "max=5");
        Assert.Equal([1, 2, 3, 4, 5], Sequences(first));
        Assert.Equal((5, 0, 10, JsonValueKind.Null), (first.Json.GetProperty("count").GetInt32(), Number(first, "cursor"), Number(first, "lag"), first.Json.GetProperty("reset").ValueKind));
        Assert.Equal([1, 2, 3], Sequences(await PollAsync(hub, "max=3"))); // nothing was acknowledged

        var acked = await AckAsync(hub, 5);

        Assert.Equal((200, 5, 10, 5), (acked.Status, Number(acked, "cursor"), Number(acked, "head"), Number(acked, "lag")));
        Assert.Equal([6, 7, 8, 9, 10], Sequences(await PollAsync(hub, "")));
    }

    [Theory]
    [InlineData(null, 11)]
    [InlineData("\"now\"", 11)]
    [InlineData("\"beginning\"", 1)]
    [InlineData("4", 4)]
    [InlineData("\"4\"", 4)]
    [InlineData("0", 1)]
    [InlineData("\"2001-01-01T00:00:00Z\"", 1)]
    public async Task It_begins_where_it_was_asked_to(string? start, int first)
    {
        await using var hub = await HubHost.StartAsync();
        await StreamEndpointTests.PublishAsync(hub, "a", 10);
        var created = await hub.SendAsync(HttpMethod.Put, "/consumers/c", HubHost.Body(start is null ? """{"events":["*"]}""" : $$"""{"events":["*"],"start":{{start}}}""", "application/json"));
        Assert.Equal((201, "/consumers/c", first - 1), (created.Status, created.Header("Location"), Number(created, "cursor")));
        Assert.Equal(["name", "events", "start", "cursor", "head", "lag", "held_by", "held_until", "created_at", "updated_at"], created.Json.Names());
        await StreamEndpointTests.PublishAsync(hub, "a", 1);
        Assert.Equal(Enumerable.Range(first, 12 - first).Select(s => (long)s), Sequences(await PollAsync(hub, "")));
    }

    [Theory]
    [InlineData("a%2Fb")]
    [InlineData("a%2fb")]
    [InlineData("%2F")]
    public async Task A_name_with_a_slash_is_refused_and_names_nothing(string name)
    {
        await using var hub = await HubHost.StartAsync();
        var put = await hub.SendAsync(HttpMethod.Put, $"/consumers/{name}", HubHost.Body("""{"events":["*"]}""", "application/json"));
        Assert.Equal(400, put.Status);
        Assert.Equal(["name"], put.ErrorFields());
        Assert.Contains("must not contain white space, control characters or /", put.Body, StringComparison.Ordinal);
        Assert.Equal(404, (await hub.GetAsync($"/consumers/{name}")).Status);
    }

    [Fact]
    public async Task Putting_it_again_changes_what_it_gets_and_not_where_it_is()
    {
        await using var hub = await StartAsync(3);
        await AckAsync(hub, 2);
        var changed = await hub.SendAsync(HttpMethod.Put, "/consumers/c", HubHost.Body("""{"events":["b"],"start":"now"}""", "application/json"));
        Assert.Equal((200, 2, "beginning"), (changed.Status, Number(changed, "cursor"), changed.Text("start")));
        await StreamEndpointTests.PublishAsync(hub, "b", 1);
        Assert.Equal([4], Sequences(await PollAsync(hub, "")));
    }

    [Theory]
    [InlineData("""{}""", "events")]
    [InlineData("""{"events":[]}""", "events")]
    [InlineData("""{"events":["user*"]}""", "events[0]")]
    [InlineData("""{"events":"*"}""", "events")]
    [InlineData("""{"events":["*"],"start":"yesterday"}""", "start")]
    [InlineData("""{"events":["*"],"start":-1}""", "start")]
    [InlineData("""{"events":["*"],"from":1}""", "from")]
    public async Task What_makes_no_sense_is_refused(string body, string field)
    {
        await using var hub = await HubHost.StartAsync();
        var answer = await hub.SendAsync(HttpMethod.Put, "/consumers/c", HubHost.Body(body, "application/json"));
        Assert.Equal(400, answer.Status);
        Assert.Equal([field], answer.ErrorFields());
        Assert.Equal(404, (await hub.GetAsync("/consumers/c")).Status);
    }

    [Theory]
    [InlineData("GET", "", null)]
    [InlineData("DELETE", "", null)]
    [InlineData("GET", "/events", null)]
    [InlineData("GET", "/stream", null)]
    [InlineData("POST", "/ack", """{"sequence":0}""")]
    [InlineData("POST", "/ack", """{"sequence":9}""")]
    [InlineData("POST", "/seek", """{"to":"now"}""")]
    public async Task One_that_does_not_exist_is_404(string method, string path, string? body)
    {
        await using var hub = await HubHost.StartAsync();
        var answer = await hub.SendAsync(new HttpMethod(method), $"/consumers/none{path}", body is null ? null : HubHost.Body(body, "application/json"));
        Assert.Equal((404, "Consumer not found"), (answer.Status, answer.Text("error")));
    }

    [Fact]
    public async Task The_cursor_is_acknowledged_forward_only()
    {
        await using var hub = await StartAsync(10);
        Assert.Equal(200, (await AckAsync(hub, 7)).Status);
        var backward = await AckAsync(hub, 5);
        Assert.Equal((409, "CURSOR_IS_AHEAD"), (backward.Status, backward.Text("code")));
        Assert.Contains("7", backward.Text("error"), StringComparison.Ordinal);
        Assert.Equal(200, (await AckAsync(hub, 7)).Status);
        var beyond = await AckAsync(hub, 11);
        Assert.Equal(400, beyond.Status);
        Assert.Equal(["sequence"], beyond.ErrorFields());
        Assert.Equal(7, Number(await hub.GetAsync("/consumers/c"), "cursor"));
    }

    [Theory]
    [InlineData("\"beginning\"", 0)]
    [InlineData("5", 4)]
    [InlineData("\"5\"", 4)]
    [InlineData("\"now\"", 10)]
    [InlineData("99", 10)]
    [InlineData("\"2001-01-01T00:00:00Z\"", 0)]
    [InlineData("\"2999-01-01T00:00:00Z\"", 10)]
    public async Task Seeking_moves_it_anywhere(string to, int cursor)
    {
        await using var hub = await StartAsync(10);
        await AckAsync(hub, 7);
        var moved = await hub.PostAsync("/consumers/c/seek", $$"""{"to":{{to}}}""");
        Assert.Equal((200, cursor, 10 - cursor), (moved.Status, Number(moved, "cursor"), Number(moved, "lag")));
        Assert.Equal(10 - cursor, Sequences(await PollAsync(hub, "")).Count());
    }

    [Theory]
    [InlineData("/ack", """{}""", "sequence")]
    [InlineData("/ack", """{"sequence":null}""", "sequence")]
    [InlineData("/ack", """{"sequence":"5"}""", "sequence")]
    [InlineData("/ack", """{"sequence":-1}""", "sequence")]
    [InlineData("/seek", """{}""", "to")]
    [InlineData("/seek", """{"to":null}""", "to")]
    [InlineData("/seek", """{"to":"tomorrow"}""", "to")]
    [InlineData("/ack?instance=a%20b", """{"sequence":1}""", "instance")]
    public async Task Moves_that_make_no_sense_are_refused(string path, string body, string field)
    {
        await using var hub = await StartAsync(1);
        var answer = await hub.PostAsync($"/consumers/c{path}", body);
        Assert.Equal(400, answer.Status);
        Assert.Equal([field], answer.ErrorFields());
    }

    [Fact]
    public async Task A_poll_waits_for_an_event_and_is_answered_with_it()
    {
        await using var hub = await StartAsync(0);
        var waiting = PollAsync(hub, "wait_ms=60000");
        await HeldAsync(hub);
        await StreamEndpointTests.PublishAsync(hub, "a", 1);
        Assert.Equal([1], Sequences(await waiting));
        Assert.Equal(JsonValueKind.Null, (await hub.GetAsync("/consumers/c")).Json.GetProperty("held_by").ValueKind);
    }

    [Fact]
    public async Task A_poll_with_nothing_to_wait_for_is_answered_at_the_end_of_its_time()
    {
        var time = new FakeTimeProvider();
        await using var hub = await StartAsync(0, time, type: "rare");
        var waiting = PollAsync(hub, "wait_ms=30000");
        await HeldAsync(hub);
        await StreamEndpointTests.PublishAsync(hub, "common", 3);
        while (!waiting.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(waiting, hub.GetAsync("/consumers/c"));
        }

        var answer = await waiting;
        Assert.Empty(Sequences(answer));
        // What was not for it is behind it.
        Assert.Equal((3, 0), (Number(answer, "cursor"), Number(answer, "lag")));
        Assert.Equal(3, Number(await hub.GetAsync("/consumers/c"), "cursor"));
    }

    [Fact]
    public async Task While_one_client_waits_another_is_told_who_and_until_when()
    {
        var time = new FakeTimeProvider();
        await using var hub = await StartAsync(0, time);
        var waiting = PollAsync(hub, "wait_ms=60000");
        await HeldAsync(hub);
        foreach (var second in new[] { await PollAsync(hub, ""), await PollAsync(hub, "", (Instance, "b")), await hub.GetAsync("/consumers/c/stream") })
        {
            Assert.Equal((409, "CONSUMER_IS_HELD"), (second.Status, second.Text("code")));
            Assert.Equal((second.Header(Instance), "2026-01-01T00:00:30.000Z"), (second.Text("held_by"), second.Text("held_until")));
        }

        await StreamEndpointTests.PublishAsync(hub, "a", 1);
        Assert.Equal(200, (await waiting).Status);
        Assert.Equal([1], Sequences(await PollAsync(hub, "", (Instance, "b"))));
    }

    [Fact]
    public async Task A_client_with_a_name_has_it_until_it_was_silent_for_thirty_seconds()
    {
        var time = new FakeTimeProvider();
        await using var hub = await StartAsync(10, time);
        Assert.Equal([1, 2], Sequences(await PollAsync(hub, "max=2", (Instance, "a"))));
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(200, (await PollAsync(hub, "max=2", (Instance, "a"))).Status);
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(409, (await PollAsync(hub, "max=2&instance=b")).Status);
        Assert.Equal(409, (await AckAsync(hub, 2, (Instance, "b"))).Status);
        Assert.Equal(409, (await AckAsync(hub, 2)).Status);
        Assert.Equal(409, (await hub.PostAsync("/consumers/c/seek", """{"to":1}""")).Status);
        Assert.Equal(200, (await AckAsync(hub, 2, (Instance, "a"))).Status);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([3], Sequences(await PollAsync(hub, "max=1&instance=b")));
        Assert.Equal(409, (await AckAsync(hub, 4, (Instance, "a"))).Status);
    }

    [Fact]
    public async Task A_large_backlog_is_paged_through_completely_with_a_small_ring()
    {
        const int Count = 3000;
        await using var hub = await HubHost.StartAsync(new HubOptions { TailCapacity = 16 });
        await StreamEndpointTests.PublishAsync(hub, "a", Count);
        await hub.SendAsync(HttpMethod.Put, "/consumers/c", HubHost.Body("""{"events":["a"],"start":"beginning"}""", "application/json"));
        var seen = new List<long>();
        while (seen.Count < Count)
        {
            var page = Sequences(await PollAsync(hub, "max=700", (Instance, "a"))).ToList();
            Assert.Equal(Math.Min(700, Count - seen.Count), page.Count);
            seen.AddRange(page);
            Assert.Equal(200, (await AckAsync(hub, page[^1], (Instance, "a"))).Status);
        }

        Assert.Equal(Enumerable.Range(1, Count).Select(s => (long)s), seen);
    }

    [Fact]
    public async Task A_page_of_large_events_ends_early()
    {
        await using var hub = await HubHost.StartAsync(new HubOptions { TailCapacity = 16 });
        await StreamEndpointTests.PublishAsync(hub, "a", 12, new string('x', 900_000));
        await hub.SendAsync(HttpMethod.Put, "/consumers/c", HubHost.Body("""{"events":["a"],"start":"beginning"}""", "application/json"));
        Assert.Equal([1, 2, 3, 4, 5], Sequences(await PollAsync(hub, "max=1000")));
    }

    [Fact]
    public async Task Its_stream_gives_what_follows_the_cursor_and_acknowledges_nothing()
    {
        await using var hub = await StartAsync(5);
        await AckAsync(hub, 2);
        await using (var stream = await SseClient.OpenAsync(hub.Client, "/consumers/c/stream", "ffffffff:1"))
        {
            Assert.Equal([3, 4, 5], await stream.SequencesAsync(3));
            await StreamEndpointTests.PublishAsync(hub, "a", 1);
            Assert.Equal([6], await stream.SequencesAsync(1));
            var client = Assert.Single(stream.Response.Headers.GetValues(Instance));
            Assert.Equal(client, (await hub.GetAsync("/consumers/c")).Text("held_by"));
            Assert.Equal(409, (await PollAsync(hub, "", (Instance, "b"))).Status);
            Assert.Equal(200, (await AckAsync(hub, 3, (Instance, client))).Status);
            Assert.Equal(200, (await AckAsync(hub, 4)).Status); // no other client without a name can have it
        }

        await EndToEnd.Eventually.IsTrueAsync(async () => (await hub.GetAsync("/consumers/c")).Json.GetProperty("held_by").ValueKind == JsonValueKind.Null);
        Assert.Equal([5, 6], Sequences(await PollAsync(hub, "")));
    }

    [Fact]
    public async Task Its_stream_keeps_it_moves_past_what_is_not_its_own_and_ends_with_it()
    {
        var time = new FakeTimeProvider();
        await using var hub = await StartAsync(0, time, type: "rare");
        await using var stream = await SseClient.OpenAsync(hub.Client, "/consumers/c/stream");
        await StreamEndpointTests.PublishAsync(hub, "rare", 1);
        Assert.Equal([1], await stream.SequencesAsync(1));
        await StreamEndpointTests.PublishAsync(hub, "common", 3);
        await BeatAsync(time, stream, 4);
        Assert.Equal(0, Number(await hub.GetAsync("/consumers/c"), "cursor"));
        Assert.Equal(200, (await AckAsync(hub, 1)).Status);
        for (var i = 0; i < 4; i++) await BeatAsync(time, stream, 4);
        Assert.Equal(4, Number(await hub.GetAsync("/consumers/c"), "cursor"));
        Assert.Equal(409, (await PollAsync(hub, "", (Instance, "b"))).Status);

        await hub.SendAsync(HttpMethod.Delete, "/consumers/c");
        while (await time.PassUntilAsync(stream.NextAsync()) is { } block) Assert.Null(block.Data);
    }

    [Fact]
    public async Task What_retention_removed_is_reported_with_what_is_left()
    {
        await using var hub = await StartAsync(10);
        await AckAsync(hub, 2);
        await hub.Services.GetRequiredService<IEventLog>().TrimAsync(6, DateTimeOffset.UnixEpoch, HubHost.Token);
        var page = await PollAsync(hub, "wait_ms=1000");
        Assert.Equal([7, 8, 9, 10], Sequences(page));
        Assert.Equal("trimmed", page.Text("reset"));
        await AckAsync(hub, 7);
        Assert.Equal(JsonValueKind.Null, (await PollAsync(hub, "")).Json.GetProperty("reset").ValueKind);
    }

    [Fact]
    public async Task How_far_it_is_behind_is_a_metric()
    {
        var time = new FakeTimeProvider();
        await using var hub = await StartAsync(10, time);
        foreach (var (acknowledged, lag) in new[] { (0, 10), (7, 3), (10, 0) })
        {
            await AckAsync(hub, acknowledged);
            await EndToEnd.Eventually.IsTrueAsync(async () =>
            {
                time.Advance(TimeSpan.FromSeconds(5));
                return (await hub.GetAsync("/metrics")).Body.Contains($"eventhub_consumer_lag_events{{consumer=\"c\"}} {lag}\n", StringComparison.Ordinal);
            });
        }
    }

    [Fact]
    public async Task They_are_listed_and_deleted()
    {
        await using var hub = await StartAsync(3);
        await hub.SendAsync(HttpMethod.Put, "/consumers/a", HubHost.Body("""{"events":["x"]}""", "application/json"));
        var list = (await hub.GetAsync("/consumers")).Json.GetProperty("consumers").EnumerateArray().ToList();
        Assert.Equal([("a", 0), ("c", 3)], list.Select(c => (c.Text("name"), c.GetProperty("lag").GetInt32())));
        Assert.Equal("""{"success":true}""", (await hub.SendAsync(HttpMethod.Delete, "/consumers/c")).Body);
        Assert.Equal(["a"], (await hub.GetAsync("/consumers")).Json.GetProperty("consumers").EnumerateArray().Select(c => c.Text("name")));
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_polls()
    {
        await using var hub = await StartAsync(0);
        var waiting = PollAsync(hub, "wait_ms=60000");
        await HeldAsync(hub);
        await hub.StopAsync();
        Assert.Equal((503, "1"), ((await waiting).Status, (await waiting).Header("Retry-After")));
    }

    /// <summary>A hub with so many events and a consumer for all of a type from the beginning.</summary>
    private static async Task<HubHost> StartAsync(int events, TimeProvider? time = null, string type = "*")
    {
        var hub = await HubHost.StartAsync(services: services =>
        {
            if (time is not null) services.AddSingleton(time);
        });
        await StreamEndpointTests.PublishAsync(hub, "a", events);
        var created = await hub.SendAsync(HttpMethod.Put, "/consumers/c", HubHost.Body($$"""{"events":["{{type}}"],"start":"beginning"}""", "application/json"));
        Assert.Equal(201, created.Status);
        return hub;
    }

    private static Task<HubHost.Answer> PollAsync(HubHost hub, string query, params (string Name, string Value)[] headers) =>
        hub.SendAsync(HttpMethod.Get, $"/consumers/c/events?{query}", null, headers);

    private static Task<HubHost.Answer> AckAsync(HubHost hub, long sequence, params (string Name, string Value)[] headers) =>
        hub.PostAsync("/consumers/c/ack", $$"""{"sequence":{{sequence}}}""", headers);

    /// <summary>Completes when a client has the consumer: its poll has begun to wait.</summary>
    private static Task HeldAsync(HubHost hub) =>
        EndToEnd.Eventually.IsTrueAsync(async () => (await hub.GetAsync("/consumers/c")).Json.GetProperty("held_by").ValueKind == JsonValueKind.String);

    /// <summary>Lets ten seconds pass, and more if need be, and reads up to the heartbeat, which comes after what is done at it.</summary>
    private static async Task BeatAsync(FakeTimeProvider time, SseClient stream, long position)
    {
        time.Advance(TimeSpan.FromSeconds(9));
        while (await time.PassUntilAsync(stream.NextAsync()) is { IsComment: false } block) Assert.True(block.Data is null && block.Sequence <= position);
    }

    private static IEnumerable<long> Sequences(HubHost.Answer answer) => answer.Json.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("sequence").GetInt64());

    private static int Number(HubHost.Answer answer, string property) => answer.Json.GetProperty(property).GetInt32();
}
