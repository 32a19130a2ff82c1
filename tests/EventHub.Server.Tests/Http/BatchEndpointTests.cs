using Xunit;

namespace EventHub.Server.Tests.Http;

public sealed class BatchEndpointTests
{
    [Theory]
    [InlineData("application/json", """[{"type":"a","payload":1},{"event_type":"b","payload":2}]""")]
    [InlineData("application/x-ndjson", "{\"type\":\"a\",\"payload\":1}\r\n\n{\"event_type\":\"b\",\"payload\":2}")]
    public async Task Events_go_in_together_and_in_order(string contentType, string body)
    {
        await using var hub = await HubHost.StartAsync();
        var answer = await hub.SendAsync(HttpMethod.Post, "/events/batch", HubHost.Body(body, contentType));
        Assert.Equal((202, "2"), (answer.Status, answer.Text("accepted")));
        Assert.Equal(["1 False", "2 False"], answer.Json.GetProperty("events").EnumerateArray().Select(e => $"{e.GetProperty("sequence")} {e.GetProperty("duplicate")}"));
        var listed = (await hub.GetAsync("/events?order=asc")).Json.GetProperty("events");
        Assert.Equal(["a", "b"], listed.EnumerateArray().Select(e => e.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task One_bad_item_and_nothing_is_stored()
    {
        await using var hub = await HubHost.StartAsync();
        var items = Enumerable.Range(0, 1000).Select(i => i is 3 or 999 ? """{"type":"a b","payload":1,"x":0}""" : """{"type":"a","payload":1}""");
        var answer = await hub.PostAsync("/events/batch", $"[{string.Join(',', items)}]");
        Assert.Equal(400, answer.Status);
        Assert.Equal(["[3].x", "[3].type", "[999].x", "[999].type"], answer.ErrorFields());
        Assert.Equal(0, await hub.CountAsync());
    }

    [Fact]
    public async Task A_thousand_events_are_a_batch()
    {
        await using var hub = await HubHost.StartAsync();
        var answer = await hub.PostAsync("/events/batch", $"[{string.Join(',', Enumerable.Repeat("""{"type":"a","payload":1}""", 1000))}]");
        Assert.Equal((202, "1000"), (answer.Status, answer.Text("accepted")));
    }

    [Fact]
    public async Task A_key_in_the_header_covers_the_batch()
    {
        await using var hub = await HubHost.StartAsync();
        const string Batch = """[{"type":"a","payload":1},{"type":"b","payload":2}]""";
        var first = await hub.PostAsync("/events/batch", Batch, ("Idempotency-Key", "k"));
        var repeat = await hub.PostAsync("/events/batch", Batch, ("Idempotency-Key", "k"));
        var other = await hub.PostAsync("/events/batch", """[{"type":"a","payload":1}]""", ("Idempotency-Key", "k"));
        Assert.Equal((202, 200, 409), (first.Status, repeat.Status, other.Status));
        Assert.Equal((first.Body, "true", ""), (repeat.Body, repeat.Header("Idempotent-Replayed"), first.Header("Idempotent-Replayed")));
        Assert.Equal(["idempotency_key"], other.ErrorFields());
        Assert.Equal(2, await hub.CountAsync());
    }

    [Fact]
    public async Task Items_may_have_keys_of_their_own()
    {
        await using var hub = await HubHost.StartAsync();
        var single = await hub.PostAsync("/events", """{"type":"a","payload":1,"idempotency_key":"k"}""");
        var batch = await hub.PostAsync("/events/batch", """[{"type":"a","payload":1,"idempotency_key":"k"},{"type":"a","payload":1}]""");
        var events = batch.Json.GetProperty("events");
        Assert.Equal(202, batch.Status);
        Assert.Equal((true, single.Text("event_id")), (events[0].GetProperty("duplicate").GetBoolean(), events[0].GetProperty("event_id").GetString()));
        Assert.False(events[1].GetProperty("duplicate").GetBoolean());

        var conflict = await hub.PostAsync("/events/batch", """[{"type":"a","payload":1},{"type":"a","payload":2,"idempotency_key":"k"}]""");
        Assert.Equal(409, conflict.Status);
        Assert.Equal(["[1].idempotency_key"], conflict.ErrorFields());
        Assert.Equal(2, await hub.CountAsync());
    }

    [Fact]
    public async Task An_item_that_is_too_long_is_413_and_named()
    {
        await using var hub = await HubHost.StartAsync(new() { MaxEventBytes = 2048 });
        var answer = await hub.PostAsync("/events/batch", $$"""[{"type":"a","payload":1},{"type":"a","payload":"{{new string('x', 2048)}}"}]""");
        Assert.Equal(413, answer.Status);
        Assert.Equal(["[1].body"], answer.ErrorFields());
        Assert.Equal(0, await hub.CountAsync());
    }

    [Fact]
    public async Task A_batch_has_at_most_16_MiB_also_when_chunked()
    {
        await using var hub = await HubHost.StartAsync();
        var body = new byte[16 * 1024 * 1024 + 1];
        Array.Fill(body, (byte)' ');
        var answer = await hub.SendAsync(HttpMethod.Post, "/events/batch", new ChunkedContent(body, 1024 * 1024));
        Assert.Equal(413, answer.Status);
        Assert.Equal(["body"], answer.ErrorFields());
    }

    [Fact]
    public async Task Cloud_events_in_a_batch_are_taken_on_both_paths()
    {
        await using var hub = await HubHost.StartAsync();
        foreach (var (path, status) in new[] { ("/events", "False"), ("/events/batch", "True") })
        {
            const string Batch = """[{"specversion":"1.0","id":"1","source":"/s","type":"a.b","data":1},{"specversion":"1.0","id":"2","source":"/s","type":"a.b"}]""";
            var answer = await hub.SendAsync(HttpMethod.Post, path, HubHost.Body(Batch, "application/cloudevents-batch+json"));
            Assert.Equal(202, answer.Status);
            Assert.All(answer.Json.GetProperty("events").EnumerateArray(), e => Assert.Equal(status, e.GetProperty("duplicate").ToString()));
        }

        Assert.Equal(2, await hub.CountAsync());
    }
}
