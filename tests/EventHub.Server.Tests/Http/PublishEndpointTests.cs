using System.Text;
using Xunit;

namespace EventHub.Server.Tests.Http;

public sealed class PublishEndpointTests
{
    private const string Good = """{"type":"user.created","payload":{"a":1}}""";

    [Fact]
    public async Task An_accepted_event_is_readable_at_its_location()
    {
        await using var hub = await HubHost.StartAsync();
        var answer = await hub.PostAsync("/events", Good);
        Assert.Equal(202, answer.Status);
        Assert.Equal(["event_id", "sequence", "message", "latency_ms"], answer.Json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("1", "Event accepted for processing"), (answer.Text("sequence"), answer.Text("message")));
        Assert.True(answer.Json.GetProperty("latency_ms").GetDouble() >= 0);
        Assert.Equal(7, Guid.Parse(answer.Text("event_id")).Version);
        Assert.Equal($"/events/{answer.Text("event_id")}", answer.Header("Location"));

        var found = await hub.GetAsync(answer.Header("Location"));
        Assert.Equal(200, found.Status);
        Assert.Equal(answer.Text("event_id"), found.Json.GetProperty("event").GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("""{"z":1,"a":1.0,"n":9007199254740993,"e":"😀 é","u":"\ud83d\ude00\/","big":1e400}""")]
    [InlineData("""[ 1 , {"a" : "<&'>"} ]""")]
    [InlineData("null")]
    [InlineData("-0.0")]
    public async Task A_payload_comes_back_byte_for_byte(string payload)
    {
        await using var hub = await HubHost.StartAsync();
        var answer = await hub.PostAsync("/events", "{\"type\":\"a.b.c\",\"payload\":" + payload + ",\"metadata\":{\"m\":1.0}}", ("Prefer", "return=representation"));
        Assert.Contains($"\"payload\":{payload},\"metadata\":{{\"m\":1.0}},", answer.Body, StringComparison.Ordinal);
        var found = await hub.GetAsync($"/events/{answer.Text("event_id")}");
        Assert.Contains($"\"payload\":{payload},\"metadata\":{{\"m\":1.0}},", found.Body, StringComparison.Ordinal);
        Assert.Contains($"\"payload\":{payload},", (await hub.GetAsync("/events")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prefer_return_representation_adds_the_event()
    {
        await using var hub = await HubHost.StartAsync();
        var answer = await hub.PostAsync("/events", """{"type":"a.b.c","payload":1,"idempotency_key":"k"}""", ("Prefer", "return=representation"));
        Assert.Equal((202, "return=representation"), (answer.Status, answer.Header("Preference-Applied")));
        Assert.Equal(["event_id", "sequence", "message", "latency_ms", "success", "event"], answer.Json.EnumerateObject().Select(p => p.Name));
        var source = answer.Json.GetProperty("event");
        Assert.Equal("a|b|c|pending|1", string.Join("|", new[] { "schema", "entity", "operation", "status", "sequence" }.Select(p => source.GetProperty(p).ToString())));

        var replay = await hub.PostAsync("/events", """{"type":"a.b.c","payload":1,"idempotency_key":"k"}""", ("Prefer", "return=representation"));
        Assert.Equal(200, replay.Status);
        Assert.Equal(answer.Text("event_id"), replay.Json.GetProperty("event").GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("X-Idempotency-Key")]
    [InlineData("Idempotency-Key")]
    [InlineData(null)]
    public async Task A_repeat_is_answered_with_the_original(string? header)
    {
        await using var hub = await HubHost.StartAsync();
        var first = await Post(1);
        var repeat = await Post(1);
        var other = await Post(2);
        Assert.Equal((202, 200, 409), (first.Status, repeat.Status, other.Status));
        Assert.Equal((first.Text("event_id"), "Event already exists", "true"), (repeat.Text("event_id"), repeat.Text("message"), repeat.Header("Idempotent-Replayed")));
        Assert.Equal(["idempotency_key"], other.ErrorFields());
        Assert.Equal(1, await hub.CountAsync());

        Task<HubHost.Answer> Post(int payload) => header is null
            ? hub.PostAsync("/events", $$"""{"type":"a","payload":{{payload}},"idempotency_key":"k"}""")
            : hub.PostAsync("/events", $$"""{"type":"a","payload":{{payload}}}""", (header, "k"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/json; charset=utf-8")]
    public async Task A_body_without_content_type_is_json(string? contentType)
    {
        await using var hub = await HubHost.StartAsync();
        Assert.Equal(202, (await hub.SendAsync(HttpMethod.Post, "/events", HubHost.Body(Good, contentType))).Status);
    }

    [Theory]
    [InlineData("/events", "text/plain")]
    [InlineData("/events", "application/x-www-form-urlencoded")]
    [InlineData("/events", "application/json; charset=utf-16")]
    [InlineData("/events/batch", "text/csv")]
    public async Task Another_content_type_is_415(string path, string contentType)
    {
        await using var hub = await HubHost.StartAsync();
        var answer = await hub.SendAsync(HttpMethod.Post, path, HubHost.Body(Good, contentType));
        Assert.Equal(415, answer.Status);
        Assert.Empty(answer.ErrorFields());
        Assert.Equal(0, await hub.CountAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_event_that_is_too_long_is_413_also_when_chunked(bool chunked)
    {
        await using var hub = await HubHost.StartAsync(new() { MaxEventBytes = 2048 });
        Assert.Equal(202, (await Send(2048)).Status);
        var answer = await Send(2049);
        Assert.Equal(413, answer.Status);
        Assert.Equal(["body"], answer.ErrorFields());
        Assert.Equal(413, (await Send(200_000)).Status);
        Assert.Equal(1, await hub.CountAsync());

        Task<HubHost.Answer> Send(int length)
        {
            const string Frame = """{"type":"a","payload":""}""";
            var json = Encoding.UTF8.GetBytes(Frame.Insert(Frame.Length - 2, new string('x', length - Frame.Length)));
            return hub.SendAsync(HttpMethod.Post, "/events", chunked ? new ChunkedContent(json, 512) : HubHost.Body(Encoding.UTF8.GetString(json), "application/json"));
        }
    }

    [Fact]
    public async Task A_body_in_many_pieces_is_one_body()
    {
        await using var hub = await HubHost.StartAsync();
        var payload = string.Concat(Enumerable.Range(0, 30_000).Select(i => $"é{i}"));
        var json = Encoding.UTF8.GetBytes($$"""{"type":"a","payload":"{{payload}}"}""");
        var answer = await hub.SendAsync(HttpMethod.Post, "/events", new ChunkedContent(json, 4097));
        var found = await hub.GetAsync($"/events/{answer.Text("event_id")}");
        Assert.Equal(payload, found.Json.GetProperty("event").GetProperty("payload").GetString());
    }

    [Fact]
    public async Task A_full_queue_is_503_and_says_when_to_come_back()
    {
        FaultyStore? store = null;
        await using var hub = await HubHost.StartAsync(new() { MaxPendingEvents = 1 }, time => store = new FaultyStore(time));
        store!.HoldAppends();
        var waiting = hub.PostAsync("/events", Good);
        await store.AppendReached;
        var refused = await hub.PostAsync("/events", Good);
        Assert.Equal((503, "1"), (refused.Status, refused.Header("Retry-After")));
        Assert.Empty(refused.ErrorFields());
        store.LetAppendsGo();
        Assert.Equal(202, (await waiting).Status);
        Assert.Equal(1, await hub.CountAsync());
    }

    [Fact]
    public async Task Never_a_2xx_when_the_store_fails()
    {
        FaultyStore? store = null;
        await using var hub = await HubHost.StartAsync(store: time => store = new FaultyStore(time));
        store!.FailAppends();
        var answer = await hub.PostAsync("/events", Good);
        Assert.Equal(503, answer.Status);
        Assert.Empty(answer.ErrorFields());
        Assert.Equal(0, await hub.CountAsync());
    }
}
