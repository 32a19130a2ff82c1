using System.Text.Json;
using EventHub.Server.Tests.Http;
using EventHub.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.Server.Tests.Rpc;

public sealed class RpcMethodTests
{
    private const string Payload = """{"b":1.0,"a":9007199254740993,"c":"🎉","é":"\u00e9","nested":[{"z":0,"y":1e2}]}""";

    [Theory]
    [InlineData("Emit")]
    [InlineData("PublishEvent")]
    public async Task An_event_is_durable_when_the_call_is_answered(string method)
    {
        await using var hub = await HubHost.StartAsync();
        await using var client = await RawRpcClient.ConnectAsync(hub);
        var answer = await client.CallAsync(method, $$"""{"type":"user.created","payload":{{Payload}},"user_id":"u"}""");
        Assert.Equal(["event_id", "sequence", "message", "latency_ms", "duplicate"], answer.Names());
        Assert.Equal((1, "Event accepted for processing", false), (answer.GetProperty("sequence").GetInt32(), answer.Text("message"), answer.GetProperty("duplicate").GetBoolean()));
        var found = await hub.GetAsync($"/events/{answer.Text("event_id")}");
        Assert.Equal(200, found.Status);
        Assert.Contains($"\"payload\":{Payload},", found.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_comes_back_byte_for_byte()
    {
        await using var hub = await HubHost.StartAsync();
        await using var client = await RawRpcClient.ConnectAsync(hub);
        var stream = await client.StreamAsync("Subscribe");
        await stream.NextAsync("position");
        var id = (await client.CallAsync("Emit", $$"""{"payload" : {{Payload}} ,"type":"a"}""")).Text("event_id");
        Assert.Contains($"\"payload\":{Payload},", await stream.NextRawAsync(), StringComparison.Ordinal);
        Assert.Contains($"\"payload\":{Payload},", await client.InvokeAsync("GetEvent", $"\"{id}\""), StringComparison.Ordinal);
        Assert.Contains($"\"payload\":{Payload},", await client.InvokeAsync("GetEvents"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deep_payloads_are_taken_as_deep_as_over_http_and_refused_beyond()
    {
        await using var hub = await HubHost.StartAsync();
        await using var client = await RawRpcClient.ConnectAsync(hub);
        await client.InvokeAsync("Emit", Deep(64));
        var error = await client.ErrorAsync("Emit", Deep(65));
        Assert.EndsWith("HubException: INVALID_REQUEST: payload is nested deeper than 64 levels", error, StringComparison.Ordinal);
        Assert.Equal(1, (await hub.Services.GetRequiredService<IEventLog>().GetStateAsync(HubHost.Token)).Head);

        static string Deep(int levels) => $$"""{"type":"a","payload":{{new string('[', levels)}}{{new string(']', levels)}}}""";
    }

    [Fact]
    public async Task Calls_that_are_not_waited_for_are_taken_in_order()
    {
        await using var hub = await HubHost.StartAsync();
        await using var client = await RawRpcClient.ConnectAsync(hub);
        var answers = new List<Task<string>>();
        for (var i = 0; i < 1000; i++) answers.Add(await client.BeginAsync("Emit", $$"""{"type":"a","payload":{{i}}}"""));
        var sequences = (await Task.WhenAll(answers)).Select(a => JsonElement.Parse(a).GetProperty("sequence").GetInt32());
        Assert.Equal(Enumerable.Range(1, 1000), sequences);
    }

    [Fact]
    public async Task A_repeated_key_gets_the_original_answer()
    {
        await using var hub = await HubHost.StartAsync();
        await using var client = await RawRpcClient.ConnectAsync(hub);
        const string Event = """{"type":"a","payload":1,"idempotency_key":"k"}""";
        var first = await client.CallAsync("Emit", Event);
        var second = await client.CallAsync("Emit", Event);
        Assert.Equal((first.Text("event_id"), true, "Event already exists"), (second.Text("event_id"), second.GetProperty("duplicate").GetBoolean(), second.Text("message")));
        Assert.EndsWith(
            "HubException: IDEMPOTENCY_CONFLICT: idempotency_key was used before for other content; nothing was stored",
            await client.ErrorAsync("Emit", """{"type":"a","payload":2,"idempotency_key":"k"}"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_is_published_whole_or_not_at_all()
    {
        await using var hub = await HubHost.StartAsync();
        await using var client = await RawRpcClient.ConnectAsync(hub);
        var answer = await client.CallAsync("PublishEvents", """[{"type":"a","payload":1},{"type":"b","payload":2}]""");
        Assert.Equal(2, answer.GetProperty("accepted").GetInt32());
        Assert.EndsWith("INVALID_REQUEST: [1].payload is required", await client.ErrorAsync("PublishEvents", """[{"type":"a","payload":1},{"type":"b"}]"""), StringComparison.Ordinal);
        const string Keyed = """{"events":[{"type":"a","payload":1}],"idempotency_key":"k"}""";
        Assert.Equal(await client.InvokeAsync("PublishEvents", Keyed), await client.InvokeAsync("PublishEvents", Keyed));
        Assert.Equal(3, await hub.CountAsync());
    }

    [Theory]
    [InlineData("Emit", "", "INVALID_REQUEST: type is required; payload is required")]
    [InlineData("Emit", "null", "INVALID_REQUEST: type is required; payload is required")]
    [InlineData("Emit", "5", "INVALID_REQUEST: body is 5; must be a JSON object")]
    [InlineData("Emit", """{"type":"a","payload":1,"organisation_id":"x"}""", "organisation_id is not a known field")]
    [InlineData("Emit", """{"type":"a..b","payload":1}""", "INVALID_REQUEST: type ")]
    [InlineData("Emit", """{"type":"a","payload":1},2""", "INVALID_REQUEST: Emit takes at most 1 argument")]
    [InlineData("PublishEvents", "", "INVALID_REQUEST: body must be a JSON array of events")]
    [InlineData("PublishEvents", "[]", "INVALID_REQUEST: body is an empty batch")]
    [InlineData("PublishEvents", """{"events":[{"type":"a","payload":1}],"key":1}""", "INVALID_REQUEST: key is not a known field")]
    [InlineData("GetEvent", "", "INVALID_REQUEST: id is required")]
    [InlineData("GetEvent", "7", "INVALID_REQUEST: id is 7; must be a string")]
    [InlineData("GetEvent", "\"x\"", "INVALID_REQUEST: id is 'x'; must be the UUID of an event")]
    [InlineData("GetEvent", "\"00000000-0000-0000-0000-000000000000\"", "NOT_FOUND: Event not found")]
    [InlineData("GetEvents", """{"limit":0}""", "INVALID_REQUEST: limit is '0'; must be a whole number from 1 to 1000")]
    [InlineData("GetEvents", """{"typ":"a"}""", "INVALID_REQUEST: typ is not a known parameter")]
    [InlineData("GetEvents", """{"type":"a*"}""", "INVALID_REQUEST: type ")]
    [InlineData("GetEvents", """{"source":{}}""", "INVALID_REQUEST: source is {}; must be a string, a number or an array of strings")]
    [InlineData("GetEvents", """{"source":"a","source":"b"}""", "INVALID_REQUEST: source appears more than once")]
    [InlineData("GetEvents", "[]", "INVALID_REQUEST: body is []; must be a JSON object")]
    [InlineData("RegisterWebhook", "{}", "INVALID_REQUEST: url is required; events is required")]
    [InlineData("GetWebhook", "\"x\"", "NOT_FOUND: Webhook not found")]
    [InlineData("UpdateWebhook", "\"x\",{}", "NOT_FOUND: Webhook not found")]
    [InlineData("DeleteWebhook", "\"x\"", "NOT_FOUND: Webhook not found")]
    [InlineData("ListDispatches", """{"status":"gone"}""", "INVALID_REQUEST: status is 'gone'; must be one of ongoing, complete")]
    [InlineData("GetDispatch", "\"x\"", "NOT_FOUND: Dispatch not found")]
    [InlineData("RetryDispatch", "\"x\"", "NOT_FOUND: Dispatch not found")]
    [InlineData("RetryDispatch", "\"x\",{\"delay\":1}", "INVALID_REQUEST: delay is not a known field")]
    [InlineData("Serve", "", "INVALID_REQUEST: destination is required")]
    [InlineData("Serve", "\"\"", "INVALID_REQUEST: destination must not be empty")]
    [InlineData("Serve", "\"a\\u0000\"", "INVALID_REQUEST: destination must not contain control characters")]
    [InlineData("Serve", "\"\\ud800\"", "INVALID_REQUEST: destination contains half of a surrogate pair")]
    [InlineData("Nonsense", "", "Nonsense")]
    public async Task What_is_wrong_is_told_with_a_code_and_the_field(string method, string argument, string expected)
    {
        await using var hub = await HubHost.StartAsync();
        await using var client = await RawRpcClient.ConnectAsync(hub);
        Assert.Contains(expected, await client.ErrorAsync(method, argument.Length == 0 ? [] : [argument]), StringComparison.Ordinal);
        // The connection is as good as before.
        await client.InvokeAsync("Emit", """{"type":"a","payload":1}""");
        Assert.Equal(1, await hub.CountAsync());
    }

    [Fact]
    public async Task An_event_that_is_too_large_is_refused_and_a_message_that_is_ends_the_connection()
    {
        await using var hub = await HubHost.StartAsync(new EventHub.Hosting.HubOptions { MaxEventBytes = 1024 });
        await using var client = await RawRpcClient.ConnectAsync(hub);
        var large = $$"""{"type":"a","payload":"{{new string('x', 1100)}}"}""";
        Assert.Contains("TOO_LARGE: body is 1", await client.ErrorAsync("Emit", large), StringComparison.Ordinal);
        Assert.Contains("TOO_LARGE: [1].body is 1", await client.ErrorAsync("PublishEvents", $"[{{\"type\":\"a\",\"payload\":1}},{large}]"), StringComparison.Ordinal);
        Assert.Equal(0, await hub.CountAsync());
        await Assert.ThrowsAnyAsync<Exception>(() => client.InvokeAsync("Emit", $"\"{new string('x', 17 * 1024 * 1024)}\""));
        Assert.Contains("maximum message size", await client.Closed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Webhooks_are_registered_changed_and_deleted_as_over_http()
    {
        await using var hub = await HubHost.StartAsync();
        await using var client = await RawRpcClient.ConnectAsync(hub);
        var id = (await client.CallAsync("RegisterWebhook", """{"url":"https://example.com/a","events":["user.*"]}""")).GetString()!;
        Assert.Equal((await hub.GetAsync("/webhooks")).Body, await client.InvokeAsync("ListWebhooks"));
        Assert.Equal((await hub.GetAsync($"/webhooks/{id}")).Body, await client.InvokeAsync("GetWebhook", $"\"{id}\""));
        Assert.False((await client.CallAsync("GetWebhook", $"\"{id}\"")).GetProperty("webhook").GetProperty("has_secret").GetBoolean());
        var changed = await client.CallAsync("UpdateWebhook", $"\"{id}\"", """{"name":"users","secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}""");
        Assert.Equal("users", changed.GetProperty("webhook").Text("name"));
        Assert.Equal("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", changed.GetProperty("webhook").Text("secret"));
        Assert.Contains("INVALID_REQUEST: url ", await client.ErrorAsync("UpdateWebhook", $"\"{id}\"", """{"url":"ftp://x"}"""), StringComparison.Ordinal);
        Assert.Equal("""{"success":true}""", await client.InvokeAsync("DeleteWebhook", $"\"{id}\""));
        Assert.Equal("""{"webhooks":[]}""", await client.InvokeAsync("ListWebhooks"));
    }

    [Fact]
    public async Task Events_are_read_as_over_http()
    {
        await using var hub = await HubHost.StartAsync();
        await using var client = await RawRpcClient.ConnectAsync(hub);
        for (var i = 0; i < 5; i++) await hub.PostAsync("/events", $$"""{"type":"{{(i % 2 == 0 ? "even" : "odd")}}.x","payload":{{i}},"source":"s"}""");
        Assert.Equal(
            (await hub.GetAsync("/events?type=even.*,none&source=s&order=asc&limit=2")).Body,
            await client.InvokeAsync("GetEvents", """{"type":["even.*","none"],"source":"s","order":"asc","limit":2,"cursor":null}"""));
        var id = (await client.CallAsync("GetEvents", """{"limit":1}""")).GetProperty("events")[0].Text("id");
        Assert.Equal((await hub.GetAsync($"/events/{id}")).Body, await client.InvokeAsync("GetEvent", $"\"{id}\""));
    }

    [Fact]
    public async Task Dispatches_are_read_and_retried_as_over_http()
    {
        await using var hub = await HubHost.StartAsync();
        await using var client = await RawRpcClient.ConnectAsync(hub);
        Assert.Equal(201, (await hub.PostAsync("/subscriptions", """{"destination":{"type":"rpc","name":"nobody"},"events":["*"]}""")).Status);
        await client.InvokeAsync("Emit", """{"type":"a","payload":1}""");
        var dispatch = await EndToEnd.Eventually.HasAsync(
            async () => (await client.CallAsync("ListDispatches", """{"status":"misconfigured"}""")).GetProperty("dispatches"), d => d.GetArrayLength() == 1);
        var id = dispatch[0].Text("id");
        Assert.Equal((await hub.GetAsync("/dispatches")).Body, await client.InvokeAsync("ListDispatches"));
        Assert.Equal((await hub.GetAsync($"/dispatches/{id}")).Body, await client.InvokeAsync("GetDispatch", $"\"{id}\""));
        Assert.Equal(["dispatch_id"], (await client.CallAsync("RetryDispatch", $"\"{id}\"", """{"delay_seconds":1000}""")).Names());
        var again = (await client.CallAsync("ListDispatches", """{"status":"ongoing"}""")).GetProperty("dispatches")[0].Text("id");
        Assert.Contains("DISPATCH_IS_ONGOING: The dispatch has not ended", await client.ErrorAsync("RetryDispatch", $"\"{again}\""), StringComparison.Ordinal);
    }
}
