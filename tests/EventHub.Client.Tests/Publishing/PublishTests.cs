using System.Text.Json;
using System.Text.Json.Nodes;
using EventHub.Client.Events;
using EventHub.Client.Tests.Support;

namespace EventHub.Client.Tests.Publishing;

/// <summary>Publishing to a real hub, through what networks do.</summary>
public sealed class PublishTests
{
    private const string Tricky = """{"z": 1.0, "a": 9007199254740993, "emoji": "😀 \u00e9", "nested": [ null, true , {"k":"<&>"} ]}""";

    [Fact]
    public async Task A_payload_comes_back_byte_for_byte_however_it_is_read()
    {
        await using var hub = await Hub.StartAsync();
        await hub.Client.Consumers.SaveAsync("c", ["*"], "beginning", Token);
        var published = await hub.Client.PublishAsync("a.b.c", Tricky, Token);
        Assert.Equal(1, published.Sequence);
        var found = (await hub.Client.FindEventAsync(published.EventId, Token))!.Event;
        var queried = Assert.Single(await hub.Client.QueryAsync(new EventQuery { Types = ["a.**"] }, Token).ToListAsync(Token));
        var followed = Assert.Single(await hub.Client.SubscribeAsync(new SubscribeOptions { Since = "0" }, Token).TakeAsync(1));
        var consumed = Assert.Single(await hub.Client.Consumers.ReadAsync("c", null, Token).TakeAsync(1));
        Assert.All([found, queried, followed, consumed], e =>
        {
            Assert.Equal(Tricky, e.Payload.GetRawText());
            Assert.Equal(Tricky, System.Text.Encoding.UTF8.GetString(e.PayloadBytes));
            Assert.Equal((published.EventId, 1L, "a.b.c", "v1", "api", "b"), (e.Id, e.Sequence, e.Type, e.Version, e.Source, e.Entity));
            Assert.Contains(Tricky, JsonSerializer.Serialize(e, EventHubJsonContext.Default.HubEvent), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Every_kind_of_payload_and_every_field_arrives()
    {
        await using var hub = await Hub.StartAsync();
        await hub.Client.PublishAsync("k", "42"u8.ToArray(), Token);
        await hub.Client.PublishAsync("k", JsonPayload.FromNode(new JsonObject { ["n"] = 1 }), Token);
        await hub.Client.PublishAsync("k", new Published("x", 1.5), PublishedJsonContext.Default.Published, Token);
        await hub.Client.PublishAsync(
            new NewEvent
            {
                Type = "k", Payload = JsonPayload.Null, Metadata = """{"m":1}""", Version = "v2", Source = "s", Subject = "sub", OrganizationId = "o", UserId = "u", SessionId = "se",
                Schema = "sc", Entity = "en", Operation = "op", IdempotencyKey = "key",
            },
            Token);
        var events = await hub.Client.QueryAsync(new EventQuery { OldestFirst = true, PageSize = 2 }, Token).ToListAsync(Token);
        Assert.Equal(["42", """{"n":1}""", """{"Name":"x","Value":1.5}""", "null"], events.Select(e => e.Payload.GetRawText()));
        Assert.Equal(new Published("x", 1.5), events[2].ReadPayload(PublishedJsonContext.Default.Published));
        var last = events[3];
        Assert.Equal(("v2", "s", "sub", "o", "u", "se"), (last.Version, last.Source, last.Subject, last.OrganizationId, last.UserId, last.SessionId));
        Assert.Equal(("sc", "en", "op", """{"m":1}"""), (last.Schema, last.Entity, last.Operation, last.Metadata.GetRawText()));
    }

    [Theory]
    [InlineData("Ada")]
    [InlineData("")]
    [InlineData("{} {}")]
    [InlineData("""1},{"type":"injected","payload":2""")]
    public void What_is_not_JSON_is_no_payload(string text) => Assert.Throws<ArgumentException>(() => JsonPayload.FromText(text));

    [Fact]
    public async Task Publishes_under_way_together_share_requests_in_the_order_of_the_calls()
    {
        await using var hub = await Hub.StartAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 5000).Select(i => hub.Client.PublishAsync("n", $"{i}", Token)));
        Assert.Equal(Enumerable.Range(1, 5000).Select(i => (long)i), results.Select(r => r.Sequence));
        Assert.InRange(hub.Proxy.Requests, 5, 100);
    }

    [Fact]
    public async Task Answers_lost_after_the_hub_had_stored_the_events_double_nothing()
    {
        await using var hub = await Hub.StartAsync(o => o with { FirstRetryDelay = TimeSpan.FromMilliseconds(1), MaxRetryDelay = TimeSpan.FromMilliseconds(20) });
        var answers = 0;
        hub.Proxy.LosesAnswer = _ => Interlocked.Increment(ref answers) % 3 != 0;
        var results = new List<PublishResult>();
        for (var wave = 0; wave < 10; wave++)
            results.AddRange(await Task.WhenAll(Enumerable.Range(wave * 50, 50).Select(i => hub.Client.PublishAsync("n", $"{i}", Token))));
        hub.Proxy.LosesAnswer = static _ => false;
        Assert.True(answers > 20, $"Only {answers} answers, most of them lost.");
        Assert.All(results, r => Assert.False(r.IsDuplicate));
        var stored = await hub.Client.QueryAsync(new EventQuery { OldestFirst = true, PageSize = 1000 }, Token).ToListAsync(Token);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), stored.Select(e => e.Payload.GetRawText()));
        Assert.Equal(stored.Select(e => e.Id), results.Select(r => r.EventId));
    }

    [Fact]
    public async Task A_bad_event_fails_alone_and_says_why()
    {
        await using var hub = await Hub.StartAsync();
        await hub.Client.PublishAsync(new NewEvent { Type = "t", Payload = "1", IdempotencyKey = "taken" }, Token);
        var publishes = Enumerable.Range(0, 100).Select(i => hub.Client.PublishAsync(
            i switch
            {
                30 => new NewEvent { Type = "not a type", Payload = "1" },
                40 => new NewEvent { Type = "t", Payload = $"\"{new string('x', 2 * 1024 * 1024)}\"" },
                50 => new NewEvent { Type = "t", Payload = "2", IdempotencyKey = "taken" },
                60 => new NewEvent { Type = "t", Payload = "1", IdempotencyKey = "taken" },
                _ => new NewEvent { Type = "t", Payload = $"{i}" },
            },
            Token)).ToList();
        await Task.WhenAll(publishes.Select(p => p.ContinueWith(static _ => { }, TaskScheduler.Default)));
        var failed = publishes.Index().Where(p => p.Item.IsFaulted).ToDictionary(p => p.Index, p => (EventHubException)p.Item.Exception!.InnerException!);
        Assert.Equal([30, 40, 50], failed.Keys);
        Assert.Equal((400, "type"), ((int)failed[30].Status!, Assert.Single(failed[30].Errors).Key));
        Assert.Equal(413, (int)failed[40].Status!);
        Assert.Equal((409, "IDEMPOTENCY_CONFLICT"), ((int)failed[50].Status!, failed[50].Code));
        Assert.True((await publishes[60]).IsDuplicate);
        Assert.Equal(97, (await hub.Client.QueryAsync(new EventQuery { PageSize = 1000 }, Token).ToListAsync(Token)).Count);
    }

    [Fact]
    public async Task A_batch_of_ones_own_is_all_or_nothing()
    {
        await using var hub = await Hub.StartAsync();
        NewEvent good = new() { Type = "t", Payload = "1" }, bad = new() { Type = "t..t", Payload = "1" };
        var refusal = await Assert.ThrowsAsync<EventHubException>(() => hub.Client.PublishBatchAsync([good, bad], Token));
        Assert.Equal("[1].type", Assert.Single(refusal.Errors).Key);
        Assert.Empty(await hub.Client.QueryAsync(null, Token).ToListAsync(Token));
        Assert.Equal([1, 2], (await hub.Client.PublishBatchAsync([good, good], Token)).Select(r => r.Sequence));
        Assert.Empty(await hub.Client.PublishBatchAsync([], Token));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
