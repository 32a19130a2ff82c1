using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace EventHub.Server.Tests.EndToEnd;

/// <summary>The executable from HTTP to HTTP: what the users of the hub rely on.</summary>
public sealed class DeliveryTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public async Task Real_payloads_reach_exact_pattern_and_catch_all_subscriptions_byte_for_byte_and_signed()
    {
        using var data = new TemporaryDirectory();
        await using var receiver = await Receiver.StartAsync();
        await using var server = await ServerProcess.StartAsync(data.Path);
        var lines = TestData.GitHubEvents();
        Assert.Equal(329, lines.Count);
        var exact = lines.Select(l => l.Type).GroupBy(t => t).MaxBy(g => g.Count())!;
        var pattern = string.Join('.', exact.Key.Split('.')[..^1]) + ".*";
        await server.PostAsync("/webhooks", new { url = receiver.Url + "/exact", events = new[] { exact.Key }, secret = Secret, format = "payload" });
        await server.PostAsync("/webhooks", new { url = receiver.Url + "/pattern", events = new[] { pattern }, secret = Secret, format = "payload" });
        await server.PostAsync("/webhooks", new { url = receiver.Url + "/all", events = new[] { "*" }, secret = Secret, format = "payload" });

        var sent = new ConcurrentDictionary<string, GitHubEvent>();
        foreach (var line in lines)
        {
            using var content = new ByteArrayContent(line.Line) { Headers = { { "Content-Type", "application/json" } } };
            using var response = await server.Http.PostAsync("/events", content, TestContext.Current.CancellationToken);
            Assert.Equal(202, (int)response.StatusCode);
            using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            sent[answer.RootElement.GetProperty("event_id").GetString()!] = line;
        }

        var matching = lines.Count(l => Matches(pattern, l.Type));
        var expected = exact.Count() + matching + lines.Count;
        await receiver.WaitUntilAsync(r => r.Count >= expected);

        Assert.Equal(exact.Count(), receiver.Requests.Count(r => r.Path == "/exact"));
        Assert.Equal(matching, receiver.Requests.Count(r => r.Path == "/pattern"));
        Assert.Equal(lines.Count, receiver.Requests.Count(r => r.Path == "/all"));
        foreach (var request in receiver.Requests)
        {
            Assert.True(request.Body.AsSpan().SequenceEqual(sent[request.EventId].Payload), $"{request.Path} got other bytes for {sent[request.EventId].Type}");
            AssertSigned(request);
        }

        Assert.Equal(expected, receiver.Requests.Select(r => r.MessageId).Distinct().Count());
    }

    [Theory]
    [InlineData("sqlite", 200)]
    [InlineData("postgres", 40)]
    public async Task Ordered_keys_keep_strict_order_and_do_not_wait_for_a_failing_key(string store, int perKey)
    {
        using var data = new TemporaryDirectory();
        await using var receiver = await Receiver.StartAsync();
        await using var server = await ServerProcess.StartAsync(data.Path, await TestStore.ArgumentsAsync(store));
        const int keys = 50;
        var random = new Random(4711);
        // One key fails until every other key is through: nobody may wait for it.
        var othersAreThrough = false;
        var (firstKey, others) = (0, 0);
        receiver.Answer = request =>
        {
            lock (random)
            {
                var isFirst = Key(request) == "key-0";
                if ((isFirst && !othersAreThrough) || random.Next(10) == 0) return 500;
                if (isFirst) firstKey++;
                else others++;
                return 200;
            }
        };
        // So many retries last for minutes: as long as a busy machine may take with the other keys.
        double[] schedule_seconds = [.. Enumerable.Repeat(0.4, 20), 2];
        await server.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "job.*" }, secret = Secret, ordering_key = "user_id", retry = new { limit = 100, schedule_seconds } });
        for (var from = 0; from < keys * perKey; from += 500)
        {
            await server.PostAsync("/events/batch", Enumerable.Range(from, 500).Select(i => new { type = "job.run", user_id = $"key-{i % keys}", payload = new { n = i / keys } }));
        }

        await receiver.WaitUntilAsync(_ => Volatile.Read(ref others) >= (keys - 1) * perKey);
        Assert.Equal(0, firstKey);
        lock (random) othersAreThrough = true;
        await receiver.WaitUntilAsync(_ => Volatile.Read(ref firstKey) >= perKey);

        foreach (var lane in receiver.Requests.GroupBy(Key))
        {
            var inOrder = lane.OrderBy(r => r.BeganAt).ToList();
            for (var i = 1; i < inOrder.Count; i++) Assert.True(inOrder[i - 1].EndedAt < inOrder[i].BeganAt, $"{lane.Key}: two in flight");
            Assert.Equal(Enumerable.Range(0, perKey), inOrder.Where(r => r.IsAnsweredWell).Select(Number));
        }
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task At_most_once_makes_exactly_one_request_even_when_it_fails(string store)
    {
        using var data = new TemporaryDirectory();
        await using var receiver = await Receiver.StartAsync();
        await using var server = await ServerProcess.StartAsync(data.Path, await TestStore.ArgumentsAsync(store));
        receiver.Answer = static _ => 500;
        var id = (await server.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "*" }, guarantee = "at_most_once" })).GetProperty("webhookId").GetString();
        await server.PostAsync("/events/batch", Enumerable.Range(0, 200).Select(i => new { type = "once.only", payload = i }));
        await receiver.WaitUntilAsync(r => r.Count >= 200);
        await Eventually.IsTrueAsync(async () => (await server.GetAsync($"/dead-letters?subscription_id={id}&limit=1000")).GetProperty("dead_letters").GetArrayLength() == 200);
        Assert.Equal(200, receiver.Requests.Count);
        Assert.Equal(200, receiver.Requests.Select(r => r.MessageId).Distinct().Count());
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Failing_webhook_is_retried_on_schedule_dead_lettered_and_redriven(string store)
    {
        using var data = new TemporaryDirectory();
        await using var receiver = await Receiver.StartAsync();
        await using var server = await ServerProcess.StartAsync(data.Path, await TestStore.ArgumentsAsync(store));
        receiver.Answer = static _ => 503;
        await server.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "*" }, retry = new { limit = 2, schedule_seconds = new[] { 0.1, 0.2 } } });
        await server.PostAsync("/events", new { type = "order.paid", payload = new { amount = 1 } });
        var letters = await Eventually.HasAsync(async () => (await server.GetAsync("/dead-letters")).GetProperty("dead_letters"), l => l.GetArrayLength() == 1);
        Assert.Equal([1, 2, 3], receiver.Requests.Select(r => r.Attempt));
        Assert.Single(receiver.Requests.Select(r => r.MessageId).Distinct());
        var letter = letters[0];
        Assert.Equal(3, letter.GetProperty("attempts").GetArrayLength());
        Assert.Equal("order.paid", letter.GetProperty("event").GetProperty("type").GetString());

        receiver.Answer = static _ => 200;
        var redriven = (await server.PostAsync($"/dead-letters/{letter.GetProperty("id").GetString()}/redrive", new { })).GetProperty("dispatch_id").GetString();
        await receiver.WaitUntilAsync(r => r.Any(x => x.IsAnsweredWell));
        Assert.Equal(redriven, receiver.Requests.Last().MessageId);
        await Eventually.IsTrueAsync(async () => (await server.GetAsync($"/dispatches/{redriven}")).GetProperty("status").GetString() == "complete");
        Assert.Equal(0, (await server.GetAsync("/dead-letters")).GetProperty("dead_letters").GetArrayLength());
    }

    [Fact]
    public async Task Ten_hanging_destinations_do_not_slow_the_eleventh()
    {
        using var data = new TemporaryDirectory();
        await using var receiver = await Receiver.StartAsync();
        await using var server = await ServerProcess.StartAsync(data.Path);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var healthy = 0;
        receiver.Before = request => request.Path == "/healthy" ? Task.CompletedTask : release.Task;
        receiver.Answer = request =>
        {
            if (request.Path == "/healthy") Interlocked.Increment(ref healthy);
            return 200;
        };
        for (var i = 0; i < 10; i++) await server.PostAsync("/webhooks", new { url = $"{receiver.Url}/hangs-{i}", events = new[] { "*" }, timeout_ms = 60_000 });
        await server.PostAsync("/webhooks", new { url = $"{receiver.Url}/healthy", events = new[] { "*" } });
        for (var i = 0; i < 4; i++) await server.PostAsync("/events/batch", Enumerable.Range(0, 500).Select(n => new { type = "tick", payload = n }));
        await receiver.WaitUntilAsync(_ => Volatile.Read(ref healthy) >= 2000);
        Assert.DoesNotContain(receiver.Requests, r => r.Path != "/healthy" && r.IsAnsweredWell);
        release.SetResult();
    }

    private static string Key(ReceivedRequest request) => Payload(request).GetProperty("user_id").GetString()!;

    private static int Number(ReceivedRequest request) => Payload(request).GetProperty("payload").GetProperty("n").GetInt32();

    private static JsonElement Payload(ReceivedRequest request) => JsonDocument.Parse(request.Body).RootElement.GetProperty("event");

    private static bool Matches(string pattern, string type)
    {
        var (left, right) = (pattern.Split('.'), type.Split('.'));
        return left.Length == right.Length && left.Zip(right).All(p => p.First == "*" || p.First == p.Second);
    }

    private static void AssertSigned(ReceivedRequest request)
    {
        var key = Convert.FromBase64String(Secret["whsec_".Length..]);
        Assert.Equal("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(key, request.Body)), request.Headers["X-Signature"]);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{request.Headers["webhook-id"]}.{request.Headers["webhook-timestamp"]}."), .. request.Body];
        Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed)), request.Headers["webhook-signature"]);
        Assert.Equal(request.MessageId, request.Headers["webhook-id"]);
    }
}
