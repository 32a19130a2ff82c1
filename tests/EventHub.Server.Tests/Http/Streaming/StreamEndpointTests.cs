using System.Text;
using System.Text.Json;
using EventHub.Publishing;
using EventHub.Storage;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.Server.Tests.Http.Streaming;

public sealed class StreamEndpointTests
{
    [Theory]
    [InlineData("/events/stream")]
    [InlineData("/stream")]
    public async Task A_stream_gives_events_as_they_are_published(string path)
    {
        await using var hub = await HubHost.StartAsync();
        await using var stream = await SseClient.OpenAsync(hub.Client, path);
        var published = await hub.PostAsync("/events", """{"type":"user.created","payload":{"b":1.0,"a":9007199254740993,"c":"🎉"},"user_id":"u"}""");
        var message = await stream.NextMessageAsync();
        Assert.Equal("event", message.Kind);
        Assert.EndsWith(":1", message.Id, StringComparison.Ordinal);
        Assert.Contains("""{"b":1.0,"a":9007199254740993,"c":"🎉"}""", message.Data, StringComparison.Ordinal);
        var expected = (await hub.GetAsync(published.Header("Location"))).Json.GetProperty("event");
        Assert.Equal(expected.Names(), message.Event.Names());
        Assert.Equal(("pending", expected.Text("created_at")), (message.Event.Text("status"), message.Event.Text("created_at")));
    }

    [Fact]
    public async Task Its_headers_keep_intermediaries_from_holding_it_back()
    {
        await using var hub = await HubHost.StartAsync();
        await using var stream = await SseClient.OpenAsync(hub.Client);
        Assert.Equal("text/event-stream", stream.Response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-cache, no-transform", string.Join(", ", stream.Response.Headers.NonValidated["Cache-Control"]));
        Assert.Equal("no", string.Join(", ", stream.Response.Headers.GetValues("X-Accel-Buffering")));
        Assert.Empty(stream.Response.Content.Headers.ContentEncoding);
        Assert.Null(stream.Response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task It_is_served_over_cleartext_http_2()
    {
        await using var hub = await HubHost.StartAsync(services: services =>
            services.Configure<KestrelServerOptions>(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2)));
        await using var stream = await SseClient.OpenAsync(hub.Client, version: new Version(2, 0));
        Assert.Equal(new Version(2, 0), stream.Response.Version);
        await PublishAsync(hub, "a", 3);
        Assert.Equal([1, 2, 3], await stream.SequencesAsync(3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_resumes_after_the_last_id(bool byHeader)
    {
        await using var hub = await HubHost.StartAsync();
        string last;
        await using (var stream = await SseClient.OpenAsync(hub.Client))
        {
            await PublishAsync(hub, "a", 5);
            Assert.Equal([1, 2, 3], await stream.SequencesAsync(3));
            last = stream.LastId;
        }

        await PublishAsync(hub, "a", 5);
        await using var resumed = byHeader
            ? await SseClient.OpenAsync(hub.Client, "/events/stream?since=1&last_event_id=nonsense", last)
            : await SseClient.OpenAsync(hub.Client, $"/events/stream?since=1&last_event_id={last}");
        Assert.Equal([4, 5, 6, 7, 8, 9, 10], await resumed.SequencesAsync(7));
        await PublishAsync(hub, "a", 1);
        Assert.Equal([11], await resumed.SequencesAsync(1));
    }

    [Fact]
    public async Task A_client_that_got_nothing_yet_has_a_place_to_resume_from()
    {
        await using var hub = await HubHost.StartAsync();
        await PublishAsync(hub, "a", 2);
        string last;
        await using (var stream = await SseClient.OpenAsync(hub.Client))
        {
            Assert.Equal(2, (await stream.NextAsync())!.Sequence);
            last = stream.LastId;
        }

        await PublishAsync(hub, "a", 2);
        await using var resumed = await SseClient.OpenAsync(hub.Client, lastEventId: last);
        Assert.Equal([3, 4], await resumed.SequencesAsync(2));
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("1", 1)]
    [InlineData("3", 3)]
    [InlineData("5", 5)]
    [InlineData("2001-01-01T00:00:00Z", 1)]
    [InlineData("2999-01-01T00:00:00Z", 5)]
    public async Task Since_replays_from_there_and_goes_live(string since, int first)
    {
        await using var hub = await HubHost.StartAsync();
        await PublishAsync(hub, "a", 4);
        await using var stream = await SseClient.OpenAsync(hub.Client, $"/events/stream?since={since}");
        await PublishAsync(hub, "a", 2);
        Assert.Equal(Enumerable.Range(first, 7 - first).Select(s => (long)s), await stream.SequencesAsync(7 - first));
    }

    [Theory]
    [InlineData("/events/stream?since=3", null)]
    [InlineData("/events/stream?since=2001-01-01T00:00:00Z", null)]
    [InlineData("/events/stream", "EPOCH:2")]
    [InlineData("/consumers/c/stream", null)]
    public async Task A_client_that_said_where_to_begin_is_not_told_so(string path, string? resume)
    {
        await using var hub = await HubHost.StartAsync();
        await hub.SendAsync(HttpMethod.Put, "/consumers/c", HubHost.Body("""{"events":["*"]}""", "application/json"));
        await PublishAsync(hub, "a", 2);
        var epoch = (await hub.Services.GetRequiredService<IEventLog>().GetStateAsync(HubHost.Token)).Epoch;
        await using var stream = await SseClient.OpenAsync(hub.Client, path, resume?.Replace("EPOCH", epoch, StringComparison.Ordinal));
        await PublishAsync(hub, "a", 1);
        Assert.Equal("event", (await stream.NextAsync())!.Kind);
    }

    [Theory]
    [InlineData("nonsense", "invalid", 11)]
    [InlineData("3", "invalid", 11)]
    [InlineData("EPOCH:", "invalid", 11)]
    [InlineData("EPOCH:-1", "invalid", 11)]
    [InlineData("EPOCH:1 ", "invalid", 11)]
    [InlineData("EPOCH:99999999999999999999", "invalid", 11)]
    [InlineData("EPOCH:11", "future", 11)]
    [InlineData("01234567:3", "epoch", 11)]
    [InlineData("EPOCH:0", "trimmed", 6)]
    [InlineData("EPOCH:4", "trimmed", 6)]
    [InlineData("EPOCH:5", null, 6)]
    [InlineData("EPOCH:10", null, 11)]
    public async Task A_place_it_cannot_resume_from_resets_it(string resume, string? reason, int first)
    {
        await using var hub = await HubHost.StartAsync();
        await PublishAsync(hub, "a", 10);
        var log = hub.Services.GetRequiredService<IEventLog>();
        await log.TrimAsync(5, DateTimeOffset.UnixEpoch, HubHost.Token);
        var epoch = (await log.GetStateAsync(HubHost.Token)).Epoch;
        await using var stream = await SseClient.OpenAsync(hub.Client, $"/events/stream?last_event_id={Uri.EscapeDataString(resume.Replace("EPOCH", epoch, StringComparison.Ordinal))}");
        await PublishAsync(hub, "a", 1);
        if (reason is not null)
        {
            var reset = await stream.NextAsync();
            Assert.Equal($$"""{"type":"reset","reason":"{{reason}}"}""", reset!.Data);
            Assert.Equal($"{epoch}:{first - 1}", reset.Id);
        }

        Assert.Equal(Enumerable.Range(first, 12 - first).Select(s => (long)s), await stream.SequencesAsync(12 - first));
    }

    [Fact]
    public async Task A_reader_that_retention_overtakes_is_told()
    {
        await using var hub = await HubHost.StartAsync(new() { TailCapacity = 16 });
        // More than a page, and more than buffers hold, so that the reader is still far behind when they go.
        await PublishAsync(hub, "a", 40, new string('x', 900_000));
        await using var stream = await SseClient.OpenAsync(hub.Client, "/stream?since=0");
        Assert.Equal([1], await stream.SequencesAsync(1));
        await hub.Services.GetRequiredService<IEventLog>().TrimAsync(38, DateTimeOffset.UnixEpoch, HubHost.Token);
        var last = 1L;
        SseBlock message;
        while ((message = await stream.NextMessageAsync()).Kind == "event") Assert.Equal(++last, message.Sequence);
        Assert.Equal(("reset", "trimmed", 38), (message.Kind, message.Json.Text("reason"), message.Sequence));
        Assert.Equal([39, 40], await stream.SequencesAsync(2));
    }

    [Theory]
    [InlineData("type=a.*", "1,3")]
    [InlineData("type=a.*,b", "1,2,3")]
    [InlineData("type=a.*&source=s3", "3")]
    [InlineData("source=s2", "2")]
    [InlineData("type=*", "1,2,3")]
    public async Task Filters_hold_for_what_was_and_what_comes(string filter, string expected)
    {
        await using var hub = await HubHost.StartAsync();
        var sequences = expected.Split(',').Select(long.Parse).ToList();
        await using var live = await SseClient.OpenAsync(hub.Client, $"/events/stream?{filter}");
        foreach (var (type, i) in new[] { ("a.x", 1), ("b", 2), ("a.y", 3) }) await hub.PostAsync("/events", $$"""{"type":"{{type}}","payload":1,"source":"s{{i}}"}""");
        await using var late = await SseClient.OpenAsync(hub.Client, $"/events/stream?since=0&{filter}");
        Assert.Equal(sequences, await live.SequencesAsync(sequences.Count));
        Assert.Equal(sequences, await late.SequencesAsync(sequences.Count));
    }

    [Theory]
    [InlineData("type=user*", "type")]
    [InlineData("since=yesterday", "since")]
    [InlineData("since=-1", "since")]
    [InlineData("sinse=1", "sinse")]
    public async Task What_makes_no_sense_is_refused(string query, string field)
    {
        await using var hub = await HubHost.StartAsync();
        var answer = await hub.GetAsync($"/events/stream?{query}");
        Assert.Equal(400, answer.Status);
        Assert.Equal([field], answer.ErrorFields());
    }

    [Fact]
    public async Task Control_characters_in_any_field_break_nothing()
    {
        await using var hub = await HubHost.StartAsync();
        await using var stream = await SseClient.OpenAsync(hub.Client);
        const string Nasty = "a\0b\rc\nd\r\ne\n\nid: 1:9\u2028f\u0085g";
        // What other lines break at; the control characters below U+0020 are refused in these fields.
        const string Odd = "data: a\u2028b\u2029c\u0085d\u007Fe";
        var text = JsonSerializer.Serialize(Odd);
        var nasty = JsonSerializer.Serialize(Nasty);
        var body = $$"""
            {"type":"a","version":{{text}},"source":{{text}},"subject":{{text}},"organization_id":{{text}},"user_id":{{text}},"session_id":{{text}},
             "schema":{{text}},"entity":{{text}},"operation":{{text}},"metadata":{"k": RAW {{nasty}}},"payload": { RAW "x": RAW [1, RAW {{nasty}}] RAW } }
            """.Replace("RAW", "\r\n \n \r", StringComparison.Ordinal);
        var published = await hub.PostAsync("/events", body);
        Assert.Equal(202, published.Status);
        await PublishAsync(hub, "b", 1);
        var message = await stream.NextMessageAsync();
        Assert.Equal(1, message.Sequence);
        var expected = (await hub.GetAsync(published.Header("Location"))).Json.GetProperty("event");
        foreach (var field in (string[])["version", "source", "subject", "organization_id", "user_id", "session_id", "schema", "entity", "operation"])
            Assert.Equal(Odd, message.Event.Text(field));
        Assert.Equal(Nasty, message.Event.GetProperty("metadata").Text("k"));
        Assert.Equal(Nasty, message.Event.GetProperty("payload").GetProperty("x")[1].GetString());
        Assert.True(JsonElement.DeepEquals(expected.GetProperty("payload"), message.Event.GetProperty("payload")));
        Assert.Equal([2], await stream.SequencesAsync(1));
    }

    [Fact]
    public async Task Past_the_limit_a_reader_is_told_to_come_later()
    {
        await using var hub = await HubHost.StartAsync(services: services => services.AddSingleton(new AspNetCore.Hosting.StreamOptions { MaxConnections = 2 }));
        await using var first = await SseClient.OpenAsync(hub.Client);
        await using (await SseClient.OpenAsync(hub.Client))
        {
            var refused = await hub.GetAsync("/stream");
            Assert.Equal((503, "10", "TOO_MANY_STREAMS"), (refused.Status, refused.Header("Retry-After"), refused.Text("code")));
            Assert.Empty(refused.ErrorFields());
        }

        var slots = hub.Services.GetRequiredService<AspNetCore.Http.Streaming.StreamSlots>();
        await EndToEnd.Eventually.IsTrueAsync(() => Task.FromResult(slots.Taken == 1));
        await using var second = await SseClient.OpenAsync(hub.Client);
    }

    [Fact]
    public async Task A_stop_ends_streams_cleanly_and_says_when_to_come_back()
    {
        await using var hub = await HubHost.StartAsync();
        await using var stream = await SseClient.OpenAsync(hub.Client);
        await stream.NextAsync();
        var stopping = hub.StopAsync();
        var goodbye = await stream.NextAsync();
        Assert.InRange(int.Parse(goodbye!.Retry!), 1000, 3000);
        Assert.Null(await stream.NextAsync());
        await stopping;
    }

    internal static async Task PublishAsync(HubHost hub, string type, int count, string payload = "")
    {
        var publisher = hub.Services.GetRequiredService<Publisher>();
        for (var i = 0; i < count; i++)
        {
            var result = await publisher.PublishAsync(new NewEvent { Type = type, Payload = Encoding.UTF8.GetBytes($"\"{payload}\"") }, HubHost.Token);
            Assert.Equal(PublishStatus.Accepted, result.Status);
        }
    }
}
