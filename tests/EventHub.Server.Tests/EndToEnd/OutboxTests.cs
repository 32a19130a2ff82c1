using System.Globalization;
using System.Text.Json;
using EventHub.Postgres;
using EventHub.PostgresServer;
using Npgsql;

namespace EventHub.Server.Tests.EndToEnd;

/// <summary>The executable on a real PostgreSQL whose users publish in their own transactions.</summary>
public sealed class OutboxTests
{
    private const int Writers = 16;
    private const int Transactions = 40;

    [Fact]
    public async Task Of_sixteen_jittery_writers_and_one_slow_transaction_nothing_is_lost_or_out_of_order_and_only_the_slow_one_is_late()
    {
        using var data = new TemporaryDirectory();
        await using var receiver = await Receiver.StartAsync();
        var database = await (await TestServer.SharedAsync()).CreateDatabaseAsync();
        await using var server = await StartAsync(data, database);
        await server.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "*" }, ordering_key = "source" });

        // 1 a transaction that stays open for 3 s, begun before all others
        await using var slow = await ConnectAsync(database);
        await using var held = await slow.BeginTransactionAsync(TestContext.Current.CancellationToken);
        var late = await EventOutbox.Enlist(held).PublishAsync("slow.one", new { }, cancellationToken: TestContext.Current.CancellationToken);
        var heldFor = Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, TestContext.Current.CancellationToken);

        // 2 the writers; every third transaction is rolled back
        var written = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(database, writer), TestContext.Current.CancellationToken)));
        var all = written.SelectMany(ids => ids).ToHashSet();

        // 3 all of theirs get through while the slow one is open
        await receiver.WaitUntilAsync(requests => all.IsSubsetOf(requests.Select(r => r.EventId)));
        await heldFor;
        Assert.Equal(all.Count, receiver.Requests.Select(r => r.EventId).Distinct().Count());
        await held.CommitAsync(TestContext.Current.CancellationToken);
        await receiver.WaitUntilAsync(requests => requests.Any(r => r.EventId == late.ToString()));

        // 4 dense, each writer's in its order, what was rolled back nowhere
        var log = await ReadAsync(server);
        Assert.Equal(Enumerable.Range(1, all.Count + 1), log.Select(e => e.GetProperty("sequence").GetInt32()));
        Assert.Equal(late.ToString(), log[^1].GetProperty("id").GetString());
        for (var writer = 0; writer < Writers; writer++)
        {
            var source = string.Create(CultureInfo.InvariantCulture, $"writer-{writer}");
            Assert.Equal(written[writer], log.Where(e => e.GetProperty("source").GetString() == source).Select(e => e.GetProperty("id").GetString()));
            Assert.Equal(written[writer], receiver.Requests.Where(r => Source(r) == source).OrderBy(r => r.BeganAt).Select(r => r.EventId));
        }
    }

    [Fact]
    public async Task Psql_publishes_in_a_transaction_and_a_key_stands_for_one_event_there_and_over_HTTP()
    {
        using var data = new TemporaryDirectory();
        await using var receiver = await Receiver.StartAsync();
        var database = await (await TestServer.SharedAsync()).CreateDatabaseAsync();
        await using var server = await StartAsync(data, database);
        await server.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "order.*" } });

        // 1 what was written beside it and the event are one
        var id = await Psql.RunAsync(
            database,
            """
            CREATE TABLE orders (id integer PRIMARY KEY);
            BEGIN; INSERT INTO orders VALUES (1); SELECT eventhub.publish('order.lost', '{"id": 1}'); ROLLBACK;
            BEGIN; INSERT INTO orders VALUES (2);
            SELECT eventhub.publish('order.placed', '{"id":2,"total":1.0}', source => 'shop', organization_id => 'org-1', subject => '2', idempotency_key => 'ключ-2 😀');
            COMMIT;
            """);
        id = id.Split('\n')[^1];
        await receiver.WaitUntilAsync(requests => requests.Any(r => r.EventId == id));
        var item = Assert.Single(receiver.Requests).Body;
        using var body = JsonDocument.Parse(item);
        Assert.Equal("""{"id":2,"total":1.0}""", body.RootElement.GetProperty("event").GetProperty("payload").GetRawText());

        // 2 the same over HTTP is the same event
        var again = await server.PostAsync(
            "/events",
            new { type = "order.placed", payload = JsonDocument.Parse("""{"id":2,"total":1.0}""").RootElement, source = "shop", organization_id = "org-1", subject = "2", idempotency_key = "ключ-2 😀" });
        Assert.Equal((id, "Event already exists"), (again.GetProperty("event_id").GetString(), again.GetProperty("message").GetString()));
        var first = (await server.PostAsync("/events", new { type = "a.b", payload = 1, metadata = new { m = 1 }, version = "v2", idempotency_key = "k" })).GetProperty("event_id").GetString();
        Assert.Equal(first, await Psql.RunAsync(database, """SELECT eventhub.publish('a.b', '1', metadata => '{"m":1}', version => 'v2', idempotency_key => 'k')"""));
        Assert.Contains("idempotency_key 'k' was used before", await Psql.RefusedAsync(database, "SELECT eventhub.publish('a.b', '2', idempotency_key => 'k')"));

        // 3 counted like any other
        var metrics = await server.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains("eventhub_events_received_total{event_type=\"order.placed\"} 1", metrics);
    }

    [Fact]
    public async Task A_notify_gets_an_event_taken_in_at_once_however_seldom_the_hub_polls()
    {
        using var data = new TemporaryDirectory();
        await using var receiver = await Receiver.StartAsync();
        var database = await (await TestServer.SharedAsync()).CreateDatabaseAsync();
        await using var server = await StartAsync(data, database, "--poll-interval-ms", "60000");
        await server.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "*" } });

        var id = await Psql.RunAsync(database, "SELECT eventhub.publish('a.b', '1', notify => true)");

        await receiver.WaitUntilAsync(requests => requests.Any(r => r.EventId == id), seconds: 50);
    }

    private static async Task<List<string>> WriteAsync(string database, int writer)
    {
        var random = new Random(writer);
        var ids = new List<string>();
        await using var connection = await ConnectAsync(database);
        for (var n = 0; n < Transactions; n++)
        {
            await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            var item = new Publishing.NewEvent { Type = "load.test", Source = string.Create(CultureInfo.InvariantCulture, $"writer-{writer}"), Payload = "{}"u8.ToArray() };
            var published = await EventOutbox.Enlist(transaction).PublishAsync([item, item], TestContext.Current.CancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20)), TimeProvider.System, TestContext.Current.CancellationToken);
            if (n % 3 == 2)
            {
                await transaction.RollbackAsync(TestContext.Current.CancellationToken);
                continue;
            }

            await transaction.CommitAsync(TestContext.Current.CancellationToken);
            ids.AddRange(published.Select(id => id.ToString()));
        }

        return ids;
    }

    private static async Task<List<JsonElement>> ReadAsync(ServerProcess server)
    {
        var events = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await server.GetAsync($"/events?order=asc&limit=1000{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            events.AddRange(page.GetProperty("events").EnumerateArray());
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);
        return events;
    }

    private static string? Source(ReceivedRequest request)
    {
        using var body = JsonDocument.Parse(request.Body);
        return body.RootElement.GetProperty("event").GetProperty("source").GetString();
    }

    private static async Task<NpgsqlConnection> ConnectAsync(string database)
    {
        var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private static Task<ServerProcess> StartAsync(TemporaryDirectory data, string database, params string[] arguments) =>
        ServerProcess.StartAsync(data.Path, ["--store", "postgres", "--connection", database, "--db-max-connections", "8", .. arguments]);
}
