using Xunit;

namespace EventHub.Server.Tests.Http;

/// <summary>A bad value for every field of every endpoint is a 4xx that names the field, and nothing is stored.</summary>
public sealed class BadValueTests
{
    private static readonly string s_long256 = new('x', 256);
    private static readonly string s_long513 = new('x', 513);

    public static TheoryData<string, string, string> Bodies { get; } = new()
    {
        { "/events", "{}", "type" },
        { "/events", Field("type", "5"), "type" },
        { "/events", Field("type", "\"\""), "type" },
        { "/events", Field("type", "\"a..b\""), "type" },
        { "/events", Field("type", "\"a.*\""), "type" },
        { "/events", Field("type", "\"a b\""), "type" },
        { "/events", Field("type", $"\"{s_long256}\""), "type" },
        { "/events", Field("event_type", "\"other\""), "event_type" },
        { "/events", Field("event_type", "[]"), "event_type" },
        { "/events", """{"type":"a"}""", "payload" },
        { "/events", """{"type":"a","payload":"\ud800"}""", "payload" },
        { "/events", """{"type":"a","payload":1,"payload":2}""", "payload" },
        { "/events", $$"""{"type":"a","payload":{{new string('[', 65)}}{{new string(']', 65)}}}""", "payload" },
        { "/events", Field("metadata", "[]"), "metadata" },
        { "/events", Field("version", "1"), "version" },
        { "/events", Field("version", $"\"{new string('v', 65)}\""), "version" },
        { "/events", Field("source", "1"), "source" },
        { "/events", Field("source", "\"\""), "source" },
        { "/events", Field("source", $"\"{s_long513}\""), "source" },
        { "/events", Field("subject", "{}"), "subject" },
        { "/events", Field("subject", $"\"{s_long513}\""), "subject" },
        { "/events", Field("organization_id", "1"), "organization_id" },
        { "/events", Field("organization_id", $"\"{s_long256}\""), "organization_id" },
        { "/events", Field("user_id", "1"), "user_id" },
        { "/events", Field("user_id", $"\"{s_long256}\""), "user_id" },
        { "/events", Field("session_id", "1"), "session_id" },
        { "/events", Field("session_id", $"\"{s_long256}\""), "session_id" },
        { "/events", Field("schema", "1"), "schema" },
        { "/events", Field("schema", $"\"{s_long256}\""), "schema" },
        { "/events", Field("entity", "1"), "entity" },
        { "/events", Field("entity", $"\"{s_long256}\""), "entity" },
        { "/events", Field("operation", "1"), "operation" },
        { "/events", Field("operation", $"\"{s_long256}\""), "operation" },
        { "/events", Field("idempotency_key", "1"), "idempotency_key" },
        { "/events", Field("idempotency_key", "\"\""), "idempotency_key" },
        { "/events", Field("idempotency_key", $"\"{s_long256}\""), "idempotency_key" },
        { "/events", Field("organisation_id", "\"o\""), "organisation_id" },
        { "/events", Field("", "1"), "" },
        { "/events", "", "body" },
        { "/events", "[]", "body" },
        { "/events", "{\"type\"", "body" },
        { "/events", """{"type":"a","payload":1} {}""", "body" },
        { "/events/batch", "[]", "body" },
        { "/events/batch", "{}", "body" },
        { "/events/batch", "[{}", "body" },
        { "/events/batch", """[{"type":"a","payload":1},{"type":"a b","payload":1}]""", "[1].type" },
        { "/events/batch", """[{"type":"a","payload":1},{"type":"a","payload":1,"x":1}]""", "[1].x" },
        { "/events/batch", "[1]", "[0].body" },
        { "/events/batch", $"[{string.Join(',', Enumerable.Repeat("{}", 1001))}]", "body" },
    };

    public static TheoryData<string, string> Queries { get; } = new()
    {
        { "/events?type=user*", "type" },
        { "/events?source=" + s_long513, "source" },
        { "/events?organization_id=" + s_long513, "organization_id" },
        { "/events?user_id=" + s_long513, "user_id" },
        { "/events?since=x", "since" },
        { "/events?until=x", "until" },
        { "/events?order=x", "order" },
        { "/events?limit=x", "limit" },
        { "/events?cursor=x", "cursor" },
        { "/events?offset=1", "offset" },
        { "/events/x", "id" },
        { "/events/0199", "id" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task In_a_body(string path, string json, string field)
    {
        await using var hub = await HubHost.StartAsync();
        var answer = await hub.PostAsync(path, json);
        Assert.Equal(400, answer.Status);
        Assert.Equal([field], answer.ErrorFields().Take(1));
        Assert.Equal(0, await hub.CountAsync());
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task In_a_url(string path, string field)
    {
        await using var hub = await HubHost.StartAsync();
        var answer = await hub.GetAsync(path);
        Assert.Equal(400, answer.Status);
        Assert.Equal([field], answer.ErrorFields());
    }

    [Theory]
    [InlineData("X-Idempotency-Key", "a", "Idempotency-Key", "b", "Idempotency-Key")]
    [InlineData("X-Idempotency-Key", "", null, null, "X-Idempotency-Key")]
    [InlineData("X-Idempotency-Key", "other", null, null, "idempotency_key")]
    public async Task In_a_header(string name, string value, string? secondName, string? secondValue, string field)
    {
        await using var hub = await HubHost.StartAsync();
        var headers = secondName is null ? [(name, value)] : new[] { (name, value), (secondName, secondValue!) };
        var answer = await hub.PostAsync("/events", Field("idempotency_key", "\"own\""), headers);
        Assert.Equal(400, answer.Status);
        Assert.Equal([field], answer.ErrorFields());
        Assert.Equal(0, await hub.CountAsync());
    }

    [Fact]
    public async Task Bytes_that_are_not_utf8()
    {
        await using var hub = await HubHost.StartAsync();
        var answer = await hub.SendAsync(HttpMethod.Post, "/events", new ChunkedContent([.. "{\"type\":\"a\",\"payload\":\""u8, 0xFF, .. "\"}"u8], 1000));
        Assert.Equal(400, answer.Status);
        Assert.Equal(["payload"], answer.ErrorFields());
    }

    [Fact]
    public async Task All_of_them_at_once()
    {
        await using var hub = await HubHost.StartAsync();
        var answer = await hub.PostAsync("/events", """{"type":"a b","source":1,"metadata":[],"nope":1}""");
        Assert.Equal(["metadata", "nope", "payload", "source", "type"], answer.ErrorFields().Order(StringComparer.Ordinal));
    }

    private static string Field(string name, string value) => name == "type" ? $$"""{"type":{{value}},"payload":1}""" : $$"""{"type":"a","payload":1,"{{name}}":{{value}}}""";
}
