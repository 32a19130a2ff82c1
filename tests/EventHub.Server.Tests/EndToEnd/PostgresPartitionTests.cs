using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using EventHub.PostgresServer;
using Npgsql;

namespace EventHub.Server.Tests.EndToEnd;

/// <summary>One hot subscription, delivered for by three processes on a real PostgreSQL, while the number of its partitions changes and one process is killed.</summary>
public sealed partial class PostgresPartitionTests
{
    private const int Users = 24;

    /// <summary>What each owner holds, largest first, all of the layout that is wanted.</summary>
    private const string LeasesSql =
        """
        SELECT coalesce(string_agg(n::text, ' ' ORDER BY n DESC), '') FROM (SELECT count(*) AS n FROM eventhub_data.leases l JOIN eventhub_data.subscriptions s ON s.key = l.subscription
          WHERE l.layout = s.layout AND l.owner IS NOT NULL AND l.expires_at > clock_timestamp() GROUP BY l.owner) held
        """;

    [Fact]
    public async Task Several_processes_deliver_for_one_subscription_and_order_holds_while_partitions_change_and_a_process_dies()
    {
        using var data = new TemporaryDirectory();
        await using var receiver = await Receiver.StartAsync();
        var database = await (await TestServer.SharedAsync()).CreateDatabaseAsync();
        await using var one = await StartAsync(data, database);
        await using var two = await StartAsync(data, database);
        await using var three = await StartAsync(data, database);
        var hook = await one.PostAsync(
            "/webhooks", new { url = receiver.Url, name = "hot", events = new[] { "*" }, ordering_key = "user_id", partitions = 6, retry = new { limit = 50, constant_seconds = 0.2 } });
        var id = hook.GetProperty("webhookId").GetString()!;
        Assert.Equal(6, hook.GetProperty("webhook").GetProperty("delivery").GetProperty("partitions").GetInt32());
        await Eventually.HasAsync(() => LeasesAsync(database), leases => leases == "2 2 2");

        // 1 all three deliver
        var publisher = new HotPublisher(one);
        await receiver.WaitUntilAsync(requests => requests.Count >= 300);
        await Eventually.IsTrueAsync(async () =>
        {
            foreach (var server in (ServerProcess[])[one, two, three])
            {
                if (!Delivered().IsMatch(await server.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken))) return false;
            }

            return true;
        });

        // 2 the number changes under load: fewer, then one dies while there are more again, then one
        await PartitionAsync(two, id, 2);
        await Eventually.HasAsync(() => LeasesAsync(database), leases => leases == "1 1");
        await PartitionAsync(two, id, 9);
        await three.KillAsync();
        await Eventually.HasAsync(() => LeasesAsync(database), leases => leases == "5 4");
        await PartitionAsync(one, id, 1);
        await Eventually.HasAsync(() => LeasesAsync(database), leases => leases == "1");
        var count = receiver.Requests.Count;
        await receiver.WaitUntilAsync(requests => requests.Count >= count + 100);

        // 3 nothing is lost, and each user's events came one at a time, in order
        var published = await publisher.StopAsync();
        await receiver.WaitUntilAsync(requests => requests.Where(r => r.IsAnsweredWell).Select(r => r.EventId).ToHashSet().IsSupersetOf(published));
        var order = published.Select((eventId, n) => (eventId, n)).ToDictionary(e => e.eventId, e => e.n);
        foreach (var user in receiver.Requests.GroupBy(r => JsonDocument.Parse(r.Body).RootElement.GetProperty("event").GetProperty("user_id").GetString()))
        {
            var requests = user.OrderBy(r => r.BeganAt).ToList();
            for (var i = 1; i < requests.Count; i++) Assert.True(requests[i - 1].EndedAt < requests[i].BeganAt, $"{user.Key}: two in flight at once");
            var firsts = requests.Select(r => r.EventId).Distinct().Select(eventId => order[eventId]).ToList();
            Assert.Equal(firsts.Order(), firsts);
        }

        // What the dead process had begun may come twice, under the same id; nothing else does: at most its part of the attempts at a time.
        Assert.InRange(receiver.Requests.Count - published.Count, 0, 64);
        Assert.Empty((await one.GetAsync("/dead-letters")).GetProperty("dead_letters").EnumerateArray());
    }

    [GeneratedRegex("""eventhub_messages_delivered_total\{status="success",subscriber="hot"\} [1-9]""")]
    private static partial Regex Delivered();

    private static Task<ServerProcess> StartAsync(TemporaryDirectory data, string database) => ServerProcess.StartAsync(
        data.Path, ["--store", "postgres", "--connection", database, "--db-max-connections", "8", "--stale-timeout-seconds", "6"]);

    private static async Task PartitionAsync(ServerProcess server, string id, int partitions)
    {
        using var answer = await server.Http.PatchAsJsonAsync($"/webhooks/{id}", new { delivery = new { partitions } }, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<string> LeasesAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(LeasesSql, connection);
        return (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>Publishes one event after the other until it is told to stop.</summary>
    private sealed class HotPublisher
    {
        private readonly Task<List<string>> _loop;
        private volatile bool _isStopping;

        public HotPublisher(ServerProcess server) => _loop = RunAsync(server);

        /// <summary>Ids of all that was published, in order.</summary>
        public Task<List<string>> StopAsync()
        {
            _isStopping = true;
            return _loop;
        }

        private async Task<List<string>> RunAsync(ServerProcess server)
        {
            var ids = new List<string>();
            for (var n = 0; !_isStopping; n++)
            {
                var answer = await server.PostAsync("/events", new { type = "load.test", user_id = $"user-{n % Users}", payload = new { n } });
                ids.Add(answer.GetProperty("event_id").GetString()!);
            }

            return ids;
        }
    }
}
