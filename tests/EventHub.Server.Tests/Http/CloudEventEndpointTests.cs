using Xunit;

namespace EventHub.Server.Tests.Http;

public sealed class CloudEventEndpointTests
{
    private const string Structured = """
        {"specversion":"1.0","id":"A-1","source":"/auth","type":"user.created","subject":"u €","organizationid":"o","data":{"a":1.0}}
        """;

    private static readonly (string, string)[] s_binary =
    [
        ("ce-specversion", "1.0"), ("ce-id", "A-1"), ("ce-source", "/auth"), ("ce-type", "user.created"), ("ce-subject", "u%20%E2%82%AC"), ("ce-organizationid", "o"),
    ];

    [Fact]
    public async Task All_three_modes_make_the_same_event()
    {
        await using var hub = await HubHost.StartAsync();
        var structured = await hub.SendAsync(HttpMethod.Post, "/events", HubHost.Body(Structured, "application/cloudevents+json; charset=utf-8"));
        Assert.Equal(202, structured.Status);
        var repeat = await hub.SendAsync(HttpMethod.Post, "/events", HubHost.Body(Structured, "application/cloudevents+json"));
        Assert.Equal((200, structured.Text("event_id")), (repeat.Status, repeat.Text("event_id")));
        var batched = await hub.SendAsync(HttpMethod.Post, "/events", HubHost.Body($"[{Structured}]", "application/cloudevents-batch+json"));
        Assert.True(batched.Json.GetProperty("events")[0].GetProperty("duplicate").GetBoolean());

        await using var second = await HubHost.StartAsync();
        var binary = await second.SendAsync(HttpMethod.Post, "/events", HubHost.Body("""{"a":1.0}""", "application/json"), s_binary);
        Assert.Equal(202, binary.Status);
        Assert.Equal(await Fields(hub, structured), await Fields(second, binary));
        Assert.Contains("\"payload\":{\"a\":1.0},", (await second.GetAsync("/events")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Source_and_id_name_an_event_once()
    {
        await using var hub = await HubHost.StartAsync();
        Assert.Equal(202, (await hub.SendAsync(HttpMethod.Post, "/events", HubHost.Body("1", "application/json"), s_binary)).Status);
        Assert.Equal(200, (await hub.SendAsync(HttpMethod.Post, "/events", HubHost.Body("1", "application/json"), s_binary)).Status);
        Assert.Equal(409, (await hub.SendAsync(HttpMethod.Post, "/events", HubHost.Body("2", "application/json"), s_binary)).Status);
        Assert.Equal(1, await hub.CountAsync());
    }

    [Fact]
    public async Task A_key_in_the_header_covers_the_request_around_it()
    {
        await using var hub = await HubHost.StartAsync();
        (string, string)[] headers = [.. s_binary, ("Idempotency-Key", "k")];
        var first = await hub.SendAsync(HttpMethod.Post, "/events", HubHost.Body("1", "application/json"), headers);
        var repeat = await hub.SendAsync(HttpMethod.Post, "/events", HubHost.Body("1", "application/json"), headers);
        Assert.Equal((202, 200, first.Text("event_id")), (first.Status, repeat.Status, repeat.Text("event_id")));
    }

    [Theory]
    [InlineData("image/png", "\"aW1n\"")]
    [InlineData("text/plain", "\"img\"")]
    public async Task Data_of_any_content_type_is_kept(string contentType, string payload)
    {
        await using var hub = await HubHost.StartAsync();
        await hub.SendAsync(HttpMethod.Post, "/events", HubHost.Body("img", contentType), s_binary);
        Assert.Contains($"\"payload\":{payload},", (await hub.GetAsync("/events")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ce-id", "ce-id")]
    [InlineData("ce-source", "ce-source")]
    [InlineData("ce-type", "ce-type")]
    [InlineData("ce-specversion", "ce-specversion")]
    public async Task A_missing_attribute_is_400(string left, string field)
    {
        await using var hub = await HubHost.StartAsync();
        var answer = await hub.SendAsync(HttpMethod.Post, "/events", HubHost.Body("1", "application/json"), [.. s_binary.Where(h => h.Item1 != left)]);
        Assert.Equal(400, answer.Status);
        Assert.Equal([field], answer.ErrorFields());
    }

    [Fact]
    public async Task Data_too_long_is_413()
    {
        await using var hub = await HubHost.StartAsync(new() { MaxEventBytes = 2048 });
        Assert.Equal(413, (await hub.SendAsync(HttpMethod.Post, "/events", HubHost.Body(new string('x', 2049), "text/plain"), s_binary)).Status);
    }

    private static async Task<string> Fields(HubHost hub, HubHost.Answer published)
    {
        var source = (await hub.GetAsync($"/events/{published.Text("event_id")}")).Json.GetProperty("event");
        return string.Join("|", new[] { "type", "source", "subject", "organization_id", "payload" }.Select(f => source.GetProperty(f).GetRawText()));
    }
}
