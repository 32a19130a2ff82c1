using System.Text.Json;
using EventHub.Client.Webhooks;
using EventHub.Server.Tests.EndToEnd;
using HubProcess = EventHub.Server.Tests.EndToEnd.ServerProcess;

namespace EventHub.Server.Tests.Verbs.Remote;

/// <summary>The verbs that talk to a running hub, each as a process, with a real hub.</summary>
public sealed class RemoteVerbTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private HubProcess _server = null!;

    private Uri Hub => _server.Http.BaseAddress!;

    public async ValueTask InitializeAsync() => _server = await HubProcess.StartAsync(_directory.Path);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Publish_takes_a_payload_from_the_line_a_file_or_the_input()
    {
        var file = Path.Combine(_directory.Path, "p.json");
        await File.WriteAllTextAsync(file, """{"from": "file"}""", TestContext.Current.CancellationToken);
        var first = Assert.Single((await RunAsync("publish", "a.b", """{"n": 1.0}""", "--source", "s", "--user", "u", "--metadata", """{"m":1}""", "--key", "k")).Json());
        Assert.Equal((1, false), (first.GetProperty("sequence").GetInt32(), first.GetProperty("duplicate").GetBoolean()));
        Assert.True(Assert.Single((await RunAsync("publish", "a.b", """{"n": 1.0}""", "--source", "s", "--user", "u", "--metadata", """{"m":1}""", "--key", "k")).Json()).GetProperty("duplicate").GetBoolean());
        (await RunAsync("publish", "a.b", "@" + file)).Json();
        (await VerbProcess.RunAsync(Hub, "42\n", ["publish", "a.b", "-"])).Json();
        (await RunAsync("publish", "a.b")).Json();
        var events = (await _server.GetAsync("/events?order=asc")).GetProperty("events").EnumerateArray().ToList();
        Assert.Equal(["""{"n": 1.0}""", """{"from": "file"}""", "42", "{}"], events.Select(e => e.GetProperty("payload").GetRawText()));
        Assert.Equal(("s", "u", """{"m":1}"""), (events[0].GetProperty("source").GetString(), events[0].GetProperty("user_id").GetString(), events[0].GetProperty("metadata").GetRawText()));
    }

    [Fact]
    public async Task Publish_takes_thousands_of_lines_in_order_and_names_those_it_refuses()
    {
        var events = TestData.GitHubEvents();
        var input = string.Join('\n', events.Select(e => System.Text.Encoding.UTF8.GetString(e.Line))) + "\nnot json\n\n{\"type\":\"t\",\"payload\":1,\"organisation_id\":\"o\"}\n{\"type\":\"no type\",\"payload\":1}\n";
        var result = await VerbProcess.RunAsync(Hub, input, ["publish", "--lines"]);
        Assert.Equal((1, events.Count, 3), (result.ExitCode, result.Lines.Count, result.Errors.Count));
        Assert.StartsWith($"eventhub: line {events.Count + 1}: it is not JSON", result.Errors[0], StringComparison.Ordinal);
        Assert.Equal($"eventhub: line {events.Count + 3}: organisation_id: unknown field", result.Errors[1]);
        Assert.StartsWith($"eventhub: line {events.Count + 4}: The event was refused (400): type ", result.Errors[2], StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, events.Count), result.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("sequence").GetInt32()));
        Assert.Equal(3000, (await VerbProcess.RunAsync(Hub, string.Join('\n', Enumerable.Range(0, 3000)), ["publish", "--lines", "n"])).Json().Count);

        var tail = (await RunAsync("tail", "--since", "0", "--max", $"{events.Count + 3000}")).Json();
        Assert.Equal(events.Select(e => (e.Type, System.Text.Encoding.UTF8.GetString(e.Payload))), tail.Take(events.Count).Select(e => (e.GetProperty("type").GetString()!, e.GetProperty("payload").GetRawText())));
        Assert.Equal(Enumerable.Range(0, 3000), tail.Skip(events.Count).Select(e => e.GetProperty("payload").GetInt32()));
    }

    [Fact]
    public async Task Tail_follows_through_a_killed_hub()
    {
        await _server.PostAsync("/events", new { type = "a.x", payload = 0 });
        await using var tail = VerbProcess.Start(Hub, "tail", "a.*", "--since", "1");
        Assert.Equal(0, Payload(await tail.LineAsync()));
        await _server.PostAsync("/events", new { type = "b", payload = 1 });
        await _server.PostAsync("/events", new { type = "a.y", payload = 2 });
        Assert.Equal(2, Payload(await tail.LineAsync()));
        await _server.KillAsync();
        Assert.Contains("reconnecting", await tail.ErrorLineAsync(), StringComparison.Ordinal);
        await using var next = await HubProcess.StartAsync(_directory.Path, Hub);
        await next.PostAsync("/events", new { type = "a.z", payload = 3 });
        Assert.Equal(3, Payload(await tail.LineAsync()));

        static int Payload(string line) => JsonDocument.Parse(line).RootElement.GetProperty("payload").GetInt32();
    }

    [Fact]
    public async Task Tail_ends_by_itself_when_nobody_reads_it_any_more()
    {
        await _server.PostAsync("/events", new { type = "a.x", payload = 0 });
        await using var tail = VerbProcess.StartPiped(Hub, "tail --since 0", "head -1");
        var result = await tail.EndAsync(); // nothing more is published
        Assert.Equal((0, 1), (result.ExitCode, result.Lines.Count));
        Assert.Empty(result.Errors);
    }

    [Fact]
    public async Task On_a_terminal_there_are_colours_and_tables_and_what_events_hold_cannot_steer_it()
    {
        await _server.PostAsync("/events", new { type = "user.created", payload = "a\e[31mred\r\n" + new string('x', 500) });
        var tail = await VerbProcess.RunOnTerminalAsync(Hub, "tail --since 0 --max 1");
        var line = Assert.Single(tail.Lines);
        Assert.Contains("\e[1;36muser.created\e[0m", line, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[31m", line, StringComparison.Ordinal);
        Assert.EndsWith("…", line, StringComparison.Ordinal);
        Assert.Equal(["There are no webhooks; eventhub webhooks create makes one."], (await VerbProcess.RunOnTerminalAsync(Hub, "webhooks list")).Lines);
        await RunAsync("webhooks", "create", "http://127.0.0.1:1/hook", "a.*", "b", "--name", "w");
        var table = (await VerbProcess.RunOnTerminalAsync(Hub, "webhooks list")).Lines;
        Assert.Matches("^ID +NAME +URL +EVENTS +STATE$", table[0]);
        Assert.Matches("^[0-9a-f-]{36} +w +http://127.0.0.1:1/hook +a\\.\\* b +active$", table[1]);
    }

    [Fact]
    public async Task Consumers_are_created_read_acknowledged_sought_and_deleted()
    {
        for (var i = 1; i <= 5; i++) await _server.PostAsync("/events", new { type = "t", payload = i });
        Assert.Equal(5, Assert.Single((await RunAsync("consumers", "create", "c", "*", "--start", "beginning")).Json()).GetProperty("lag").GetInt32());
        Assert.Equal([1, 2], Sequences(await RunAsync("consumers", "read", "c", "--max", "2", "--ack")));
        Assert.Equal(4, Assert.Single((await RunAsync("consumers", "ack", "c", "4")).Json()).GetProperty("cursor").GetInt32());
        Assert.Contains("seek", (await RunAsync("consumers", "ack", "c", "3")).Complaint(1), StringComparison.Ordinal);
        Assert.Equal([5], Sequences(await RunAsync("consumers", "read", "c", "--instance", "me")));
        Assert.Contains("'me' has it until", (await RunAsync("consumers", "read", "c", "--instance", "you")).Complaint(1), StringComparison.Ordinal);
        (await RunAsync("consumers", "seek", "c", "2", "--instance", "me")).Json();
        Assert.Equal("c", Assert.Single((await RunAsync("consumers", "list")).Json()).GetProperty("name").GetString());
        (await RunAsync("consumers", "delete", "c")).Json();
        Assert.Equal("eventhub: there is no consumer c", (await RunAsync("consumers", "delete", "c")).Complaint(1));
    }

    [Fact]
    public async Task Webhooks_dispatches_and_dead_letters_are_managed()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = static _ => 400;
        var webhook = Assert.Single((await RunAsync(
            "webhooks", "create", receiver.Url + "/hook", "*", "--name", "w", "--retries", "0", "--timeout", "120s", "--header", "X-Team: crm", "--set", """{"ordering_key":"user_id"}""")).Json());
        var id = webhook.GetProperty("id").GetString()!;
        Assert.StartsWith("whsec_", webhook.GetProperty("secret").GetString(), StringComparison.Ordinal);
        Assert.Equal(("user_id", 120_000), (webhook.GetProperty("delivery").GetProperty("ordering_key").GetString(), webhook.GetProperty("delivery").GetProperty("timeout_ms").GetInt32()));
        var changed = Assert.Single((await RunAsync("webhooks", "update", id, "--schedule", "1s,500ms", "--event", "t.*", "--event", "webhook.*")).Json());
        Assert.Equal("""{"limit":2,"schedule_seconds":[1,0.5]}""", RetryOf(changed));
        Assert.Equal("w", Assert.Single((await RunAsync("webhooks", "get", id)).Json()).GetProperty("name").GetString());
        Assert.StartsWith("whsec_", Assert.Single((await RunAsync("webhooks", "rotate-secret", id, "--grace", "1h")).Json()).GetProperty("secret").GetString(), StringComparison.Ordinal);
        Assert.Single((await RunAsync("webhooks", "list")).Json());

        var sent = Assert.Single((await RunAsync("webhooks", "test", id)).Json()).GetProperty("event_id").GetString()!;
        await receiver.WaitUntilAsync(static requests => requests.Count == 1);
        await Eventually.IsTrueAsync(async () => (await _server.GetAsync("/dead-letters")).GetProperty("dead_letters").GetArrayLength() == 1);
        var letter = Assert.Single((await RunAsync("dead-letters", "list", "--type", "webhook.*", "--since", "1h")).Json());
        Assert.Empty((await RunAsync("dead-letters", "list", "--until", "1h")).Json());
        receiver.Answer = static _ => 200;
        var again = Assert.Single((await RunAsync("dead-letters", "redrive", letter.GetProperty("id").GetString()!)).Json()).GetProperty("dispatch_id").GetString()!;
        await Eventually.IsTrueAsync(async () => Assert.Single((await RunAsync("dispatches", "get", again)).Json()).GetProperty("status").GetString() == "complete");
        Assert.Equal(2, (await RunAsync("dispatches", "list", "--event", sent)).Json().Count);
        Assert.Single((await RunAsync("dispatches", "list", "--event", sent, "--max", "1", "--subscription", id)).Json());
        Assert.Single((await RunAsync("dispatches", "retry", again, "--delay", "1h")).Json());
        Assert.Equal(0, Assert.Single((await RunAsync("dead-letters", "redrive", "--all", "--subscription", id)).Json()).GetProperty("redriven").GetInt32());
        Assert.StartsWith("eventhub: there is no dead letter", (await RunAsync("dead-letters", "dismiss", "dsp_x")).Complaint(1), StringComparison.Ordinal);
        (await RunAsync("webhooks", "delete", id)).Json();
        Assert.Equal($"eventhub: there is no webhook {id}", (await RunAsync("webhooks", "get", id)).Complaint(1));

        static string RetryOf(JsonElement webhook) => webhook.GetProperty("delivery").GetProperty("retry").GetRawText().Replace(",\"constant_seconds\":null,\"exponential\":null", "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listen_sends_events_to_a_local_program_as_a_webhook_would_and_leaves_nothing_behind()
    {
        const string Payload = """{"z": 1.0, "e": "😀"}""";
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = static request => request.Headers["X-Event-Type"] == "user.bad" ? 500 : 200;
        await using var listen = VerbProcess.Start(Hub, "listen", "--forward", receiver.Url + "/hook", "user.*", "--secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "--max", "2");
        Assert.StartsWith("listening; sending to ", await listen.ErrorLineAsync(), StringComparison.Ordinal);
        await RunAsync("publish", "other", "1");
        await RunAsync("publish", "user.created", Payload);
        await RunAsync("publish", "user.bad", "2");
        var lines = (await listen.EndAsync()).Json();
        Assert.Equal([(2, 200), (3, 500)], lines.Select(l => (l.GetProperty("sequence").GetInt32(), l.GetProperty("status").GetInt32())));
        var request = receiver.Requests.First();
        Assert.True(new WebhookVerifier("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").TryVerify(name => request.Headers.GetValueOrDefault(name), request.Body, out var reason), reason);
        Assert.True(new WebhookVerifier("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").VerifyBody(request.Headers["X-Signature"], request.Body));
        Assert.Empty((await _server.GetAsync("/webhooks")).GetProperty("webhooks").EnumerateArray());

        // The same as a real webhook sends, but for the moment it is sent and the message's id.
        await RunAsync("webhooks", "create", receiver.Url + "/real", "user.created", "--start", "beginning");
        await receiver.WaitUntilAsync(static requests => requests.Count == 3);
        var real = receiver.Requests.Last();
        Assert.Equal(Comparable(real), Comparable(request));
        Assert.Equal(real.Headers.Keys.Except(["Host"]).Order(StringComparer.OrdinalIgnoreCase), request.Headers.Keys.Except(["Host"]).Order(StringComparer.OrdinalIgnoreCase));

        static string Comparable(ReceivedRequest request) => System.Text.Encoding.UTF8.GetString(request.Body).Split("\"deliveredAt\"")[0];
    }

    private static IEnumerable<int> Sequences(VerbResult result) => result.Json().Select(static e => e.GetProperty("sequence").GetInt32());

    private Task<VerbResult> RunAsync(params string[] arguments) => VerbProcess.RunAsync(Hub, arguments);
}
