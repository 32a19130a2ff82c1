using System.Globalization;
using EventHub.PostgresServer;
using Npgsql;

namespace EventHub.Server.Tests.EndToEnd;

/// <summary>The executable on a real PostgreSQL: alone, several on one database, and with the database gone.</summary>
public sealed class PostgresTests
{
    private const string Owners = "SELECT count(*) FROM eventhub_data.leases WHERE owner IS NOT NULL GROUP BY owner ORDER BY 1";

    [Fact]
    public async Task Killed_under_load_a_hub_on_postgres_loses_nothing_and_keeps_its_secrets()
    {
        using var data = new TemporaryDirectory();
        await using var receiver = await Receiver.StartAsync();
        var database = await (await TestServer.SharedAsync()).CreateDatabaseAsync();
        var accepted = new List<string>();
        await using (var server = await StartAsync(data, database, "--stale-timeout-seconds", "5"))
        {
            var health = await server.GetAsync("/health");
            Assert.Equal(("postgres", "fsync"), (health.GetProperty("store").GetString(), health.GetProperty("durability").GetString()));
            await server.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "*" }, secret = "topsecret", retry = new { limit = 20, constant_seconds = 0.2 } });

            // Killed while many publishers are at it: those that were answered count, the others need not.
            var killing = receiver.WaitUntilAsync(requests => requests.Count >= 100);
            var publishing = Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
            {
                for (var n = 0; n < 500; n++)
                {
                    try
                    {
                        var answer = await server.PostAsync("/events", new { type = "load.test", payload = new { writer, n } });
                        lock (accepted) accepted.Add(answer.GetProperty("event_id").GetString()!);
                    }
                    catch (HttpRequestException)
                    {
                        return;
                    }
                }
            }));
            await killing;
            await server.KillAsync();
            await publishing;
        }

        // The last event of each publisher may have been delivered before its answer came.
        Assert.True(accepted.Count >= 100 - 8, $"{accepted.Count} were accepted");
        await using var next = await StartAsync(data, database, "--stale-timeout-seconds", "5");
        accepted.Add((await next.PostAsync("/events", new { type = "after.restart", payload = 1 })).GetProperty("event_id").GetString()!);
        await receiver.WaitUntilAsync(requests => accepted.All(requests.Where(r => r.IsAnsweredWell).Select(r => r.EventId).ToHashSet().Contains));

        Assert.All(receiver.Requests, request => Assert.True(request.Headers.ContainsKey("X-Signature")));
        await Eventually.IsTrueAsync(async () => (await next.GetAsync("/dispatches?status=ongoing")).GetProperty("dispatches").GetArrayLength() == 0);
        Assert.Equal(0, await next.StopAsync());
    }

    [Fact]
    public async Task Three_processes_share_the_subscriptions_and_take_over_from_one_that_stops_or_dies()
    {
        using var data = new TemporaryDirectory();
        await using var receiver = await Receiver.StartAsync();
        var database = await (await TestServer.SharedAsync()).CreateDatabaseAsync();
        string[] stale = ["--stale-timeout-seconds", "6"];
        await using var one = await StartAsync(data, database, stale);
        for (var n = 0; n < 6; n++)
        {
            await one.PostAsync("/webhooks", new { url = $"{receiver.Url}/{n}", events = new[] { "*" }, ordering_key = "user_id", retry = new { limit = 20, constant_seconds = 0.2 } });
        }

        await Eventually.IsTrueAsync(async () => await LeasesAsync(database) == "6");

        // 1 as nodes join, each has its part
        await using var two = await StartAsync(data, database, stale);
        await Eventually.IsTrueAsync(async () => await LeasesAsync(database) == "3 3");
        await using var three = await StartAsync(data, database, stale);
        await Eventually.IsTrueAsync(async () => await LeasesAsync(database) == "2 2 2");

        // 2 what any of them takes in, whoever has the lease delivers, in order
        var sent = await PublishAsync(60, one, two, three);
        await DeliveredAsync(receiver, sent, 6);

        // 3 a clean stop hands over at once: well before a lease would run out
        Assert.Equal(0, await two.StopAsync());
        await Eventually.IsTrueAsync(async () => await LeasesAsync(database) == "3 3");

        // 4 a dead one's leases are taken over after they have run out
        var inFlight = await PublishAsync(60, one, three);
        await three.KillAsync();
        await Eventually.IsTrueAsync(async () => await LeasesAsync(database) == "6");
        var last = await PublishAsync(30, one);
        await DeliveredAsync(receiver, [.. sent, .. inFlight, .. last], 6);
        AssertOrdered(receiver);
    }

    [Fact]
    public async Task What_one_process_took_in_can_be_read_from_another_right_after_its_202()
    {
        using var data = new TemporaryDirectory();
        var database = await (await TestServer.SharedAsync()).CreateDatabaseAsync();
        await using var one = await StartAsync(data, database, "--roles", "api");
        await using var two = await StartAsync(data, database, "--roles", "api");
        for (var n = 1; n <= 50; n++)
        {
            var (takes, reads) = n % 2 == 0 ? (one, two) : (two, one);
            var answer = await takes.PostAsync("/events", new { type = "read.after.write", payload = new { n } });
            var (id, sequence) = (answer.GetProperty("event_id").GetString(), answer.GetProperty("sequence").GetInt64());
            Assert.Equal(sequence, (await reads.GetAsync($"/events/{id}")).GetProperty("event").GetProperty("sequence").GetInt64());
            Assert.Equal(id, (await reads.GetAsync("/events?type=read.*.*&limit=1")).GetProperty("events")[0].GetProperty("id").GetString());
        }
    }

    [Fact]
    public async Task While_the_database_is_gone_the_hub_says_so_and_goes_on_by_itself_when_it_is_back()
    {
        using var data = new TemporaryDirectory();
        await using var receiver = await Receiver.StartAsync();
        var postgres = await TestServer.StartAsync();
        await using var server = await StartAsync(data, await postgres.CreateDatabaseAsync(), "--stale-timeout-seconds", "5");
        await server.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "*" } });
        var before = (await server.PostAsync("/events", new { type = "a.b", payload = 1 })).GetProperty("event_id").GetString()!;
        await receiver.WaitUntilAsync(requests => requests.Any(r => r.EventId == before));

        await postgres.CrashAsync();
        await Eventually.HasAsync(() => HealthAsync(server), health => health == "503 disconnected");
        using (var refused = await server.Http.PostAsync("/events", Json("""{"type":"a.b","payload":2}"""), TestContext.Current.CancellationToken))
        {
            Assert.Equal(503, (int)refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        await postgres.RestartAsync();
        await Eventually.HasAsync(() => HealthAsync(server), health => health == "200 connected");
        var after = (await server.PostAsync("/events", new { type = "a.b", payload = 3 })).GetProperty("event_id").GetString()!;
        await receiver.WaitUntilAsync(requests => requests.Any(r => r.EventId == after));
        Assert.Equal(0, await server.StopAsync());
        await postgres.RemoveAsync();
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Database=hub;Username=u", "Database 'hub' at 127.0.0.1:1 cannot be reached")]
    [InlineData("postgresql://u:hunter2@127.0.0.1:1/hub", "Database 'hub' at 127.0.0.1:1 cannot be reached")]
    public async Task A_database_that_cannot_be_reached_ends_the_start_with_one_line_that_names_it(string connection, string expected)
    {
        using var data = new TemporaryDirectory();

        var ended = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(data, connection));

        var line = Assert.Single(ended.Message.Split('\n'), line => line.StartsWith("eventhub:", StringComparison.Ordinal));
        Assert.Contains(expected, line);
        Assert.DoesNotContain("hunter2", ended.Message);
    }

    private static Task<ServerProcess> StartAsync(TemporaryDirectory data, string database, params string[] arguments) =>
        ServerProcess.StartAsync(data.Path, ["--store", "postgres", "--connection", database, "--db-max-connections", "8", .. arguments]);

    private static async Task<string> LeasesAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(Owners, connection);
        await using var rows = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var counts = new List<long>();
        while (await rows.ReadAsync(TestContext.Current.CancellationToken)) counts.Add(rows.GetInt64(0));
        return string.Join(' ', counts);
    }

    private static async Task<List<string>> PublishAsync(int count, params ServerProcess[] servers)
    {
        var ids = new List<string>();
        for (var n = 0; n < count; n++)
        {
            var answer = await servers[n % servers.Length].PostAsync("/events", new { type = "load.test", user_id = $"user-{n % 5}", payload = new { n } });
            ids.Add(answer.GetProperty("event_id").GetString()!);
        }

        return ids;
    }

    private static Task DeliveredAsync(Receiver receiver, List<string> ids, int webhooks) => receiver.WaitUntilAsync(requests =>
    {
        var got = requests.Where(r => r.IsAnsweredWell).Select(r => (r.Path, r.EventId)).ToHashSet();
        return ids.All(id => Enumerable.Range(0, webhooks).All(n => got.Contains((string.Create(CultureInfo.InvariantCulture, $"/{n}"), id))));
    });

    /// <summary>Per webhook and key never two at once, and first deliveries in the order of publishing.</summary>
    private static void AssertOrdered(Receiver receiver)
    {
        foreach (var lane in receiver.Requests.GroupBy(r => (r.Path, System.Text.Json.JsonDocument.Parse(r.Body).RootElement.GetProperty("event").GetProperty("user_id").GetString())))
        {
            var requests = lane.OrderBy(r => r.BeganAt).ToList();
            for (var i = 1; i < requests.Count; i++) Assert.True(requests[i - 1].EndedAt < requests[i].BeganAt, $"{lane.Key}: two in flight at once");
            var firsts = requests.Select(r => r.EventId).Distinct().ToList();
            Assert.Equal(firsts.Order(StringComparer.Ordinal), firsts);
        }
    }

    private static async Task<string> HealthAsync(ServerProcess server)
    {
        using var response = await server.Http.GetAsync("/health", TestContext.Current.CancellationToken);
        using var body = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return $"{(int)response.StatusCode} {body.RootElement.GetProperty("database").GetString()}";
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");
}
