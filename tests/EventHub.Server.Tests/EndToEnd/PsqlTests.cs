using System.Security.Cryptography;
using System.Text;
using EventHub.PostgresServer;

namespace EventHub.Server.Tests.EndToEnd;

/// <summary>The executable on a real PostgreSQL, used from psql: subscribers inserted, changed and deleted, and everything read from the views.</summary>
public sealed class PsqlTests
{
    private const string Columns =
        "id, name, event_type, webhook_url, delivery_guarantee, ordering_enabled, ordering_key, retry_limit, retry_backoff_seconds, is_active, created_by";

    [Fact]
    public async Task A_subscriber_inserted_with_psql_gets_the_next_event_and_the_views_show_what_became_of_it()
    {
        using var data = new TemporaryDirectory();
        await using var receiver = await Receiver.StartAsync();
        var database = await (await TestServer.SharedAsync()).CreateDatabaseAsync();
        await using var server = await StartAsync(data, database);

        // 1 the seed of a user; it is in effect from the commit on
        var secret = await Psql.RunAsync(
            database,
            $$"""
            INSERT INTO eventhub.subscribers ({{Columns}})
            VALUES ('user-service', 'User service', 'user.*', '{{receiver.Url}}/users', 'at_least_once', true, 'organization_id', 3, '{5, 30, 300}', true, 'seed')
            RETURNING secret;
            """);
        var eventId = (await server.PostAsync("/events", new { type = "user.created", payload = new { name = "Ada" }, organization_id = "org-456" })).GetProperty("event_id").GetString()!;
        await receiver.WaitUntilAsync(requests => requests.Any(r => r.EventId == eventId));

        // 2 signed with the secret that was answered, which is shown nowhere else
        var request = receiver.Requests.First();
        var mac = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), request.Body);
        Assert.Equal($"sha256={Convert.ToHexStringLower(mac)}", request.Headers["X-Signature"]);
        Assert.Equal("", await Psql.RunAsync(database, "SELECT secret FROM eventhub.subscribers WHERE id = 'user-service'"));

        // 3 over HTTP it is a webhook like any other
        var webhook = (await server.GetAsync("/webhooks/user-service")).GetProperty("webhook");
        Assert.Equal("organization_id", webhook.GetProperty("delivery").GetProperty("ordering_key").GetString());
        Assert.Equal("[5,30,300]", webhook.GetProperty("delivery").GetProperty("retry").GetProperty("schedule_seconds").GetRawText());

        // 4 what became of the event
        await Eventually.HasAsync(() => Psql.RunAsync(database, $"SELECT status FROM eventhub.events WHERE id = '{eventId}'"), status => status == "completed");
        var id = request.MessageId;
        Assert.Equal(
            $"{id}|user-service|complete|1", await Psql.RunAsync(database, $"SELECT id, subscriber_id, status, attempt_count FROM eventhub.messages WHERE event_id = '{eventId}'"));
        Assert.Equal($"{id}|1|complete|200", await Psql.RunAsync(database, "SELECT message_id, attempt_number, outcome, http_status FROM eventhub.delivery_attempts"));
        Assert.Equal(
            $"{id}|{eventId}|{receiver.Url}/users|1|3|succeeded",
            await Psql.RunAsync(database, "SELECT id, event_id, destination, execution_count, max_retry_count, result FROM eventhub.resulted_dispatches"));
        Assert.Equal("0|0", await Psql.RunAsync(database, "SELECT (SELECT count(*) FROM eventhub.ongoing_dispatches), (SELECT count(*) FROM eventhub.dead_letter_queue)"));
    }

    [Fact]
    public async Task Updates_and_deletes_take_effect_and_what_fails_stands_in_the_dead_letter_queue()
    {
        using var data = new TemporaryDirectory();
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = static request => request.Path == "/bad" ? 500 : 200;
        var database = await (await TestServer.SharedAsync()).CreateDatabaseAsync();
        await using var server = await StartAsync(data, database);
        await Psql.RunAsync(database, $"INSERT INTO eventhub.subscribers (id, event_type, webhook_url, retry_backoff_seconds) VALUES ('s', '*', '{receiver.Url}/bad', '{{600}}')");

        // 1 failed, and waiting for its retry
        var first = await PublishAsync(server);
        await Eventually.HasAsync(
            () => Psql.RunAsync(database, "SELECT event_id, execution_count, max_retry_count FROM eventhub.ongoing_dispatches"), rows => rows == $"{first}|1|3");
        Assert.Equal($"{first}|retrying|t", await Psql.RunAsync(database, "SELECT event_id, state, next_attempt_at > now() + interval '5 minutes' FROM eventhub.messages"));
        Assert.Equal($"{first}|processing", await Psql.RunAsync(database, "SELECT id, status FROM eventhub.events"));

        // 2 without retries: dead at once
        await Psql.RunAsync(database, "UPDATE eventhub.subscribers SET retry_limit = 0 WHERE id = 's'");
        var second = await PublishAsync(server);
        await Eventually.HasAsync(
            () => Psql.RunAsync(database, "SELECT event_id, subscriber_id, status, http_status, payload FROM eventhub.dead_letter_queue"), rows => rows == $$"""{{second}}|s|failed|500|{"n":1}""");

        // 3 another address, then none
        await Psql.RunAsync(database, $"UPDATE eventhub.subscribers SET webhook_url = '{receiver.Url}/good' WHERE id = 's'");
        var third = await PublishAsync(server);
        await receiver.WaitUntilAsync(requests => requests.Any(r => r.Path == "/good" && r.EventId == third));
        await Psql.RunAsync(database, "UPDATE eventhub.subscribers SET is_active = false");
        var fourth = await PublishAsync(server);
        await Psql.RunAsync(database, "UPDATE eventhub.subscribers SET is_active = true");
        var fifth = await PublishAsync(server);
        await receiver.WaitUntilAsync(requests => requests.Any(r => r.EventId == fifth));
        Assert.DoesNotContain(receiver.Requests, r => r.EventId == fourth);

        // 4 deleted: what it still owed ends ignored
        await Psql.RunAsync(database, "DELETE FROM eventhub.subscribers WHERE id = 's'");
        await Eventually.IsTrueAsync(async () => (await server.GetAsync("/webhooks")).GetProperty("webhooks").GetArrayLength() == 0);
        Assert.Equal("ignored", await Psql.RunAsync(database, $"SELECT result FROM eventhub.resulted_dispatches WHERE event_id = '{first}'"));
    }

    [Fact]
    public async Task What_is_owed_shows_as_ongoing_before_anybody_delivers_it_just_as_over_HTTP()
    {
        using var data = new TemporaryDirectory();
        var database = await (await TestServer.SharedAsync()).CreateDatabaseAsync();
        await using var server = await StartAsync(data, database, "--roles", "api");
        await Psql.RunAsync(
            database,
            """
            INSERT INTO eventhub.subscribers (id, event_type, webhook_url) VALUES ('early', 'order.*, user.**', 'http://127.0.0.1:9/'), ('other', 'nothing', 'http://127.0.0.1:9/');
            """);
        await server.PostAsync("/events", new { type = "order.paid", payload = 1 });
        await server.PostAsync("/events", new { type = "order.paid.late", payload = 2 });
        await server.PostAsync("/events", new { type = "user.a.b", payload = 3 });
        await Psql.RunAsync(
            database,
            """
            INSERT INTO eventhub.subscribers (id, event_type, webhook_url, start_at) VALUES ('all', '*', 'http://127.0.0.1:9/', 'beginning'), ('late', '*', 'http://127.0.0.1:9/', 'now');
            UPDATE eventhub.subscribers SET event_type = 'order.*' WHERE id = 'early';
            """);
        await server.PostAsync("/events", new { type = "user.a.b", payload = 4 });

        var shown = await Psql.RunAsync(database, "SELECT sequence, subscriber_id, state FROM eventhub.messages ORDER BY sequence, subscriber_id");

        Assert.Equal("1|all|waiting\n1|early|waiting\n2|all|waiting\n3|all|waiting\n3|early|waiting\n4|all|waiting\n4|late|waiting", shown);
        Assert.Equal("7", await Psql.RunAsync(database, "SELECT count(*) FROM eventhub.ongoing_dispatches"));
        Assert.Equal("pending", await Psql.RunAsync(database, "SELECT DISTINCT status FROM eventhub.events"));
        var overHttp = (await server.GetAsync("/dispatches?limit=100&order=asc")).GetProperty("dispatches").EnumerateArray()
            .Select(d => $"{d.GetProperty("sequence")}|{d.GetProperty("subscription_id").GetString()}|waiting").Order(StringComparer.Ordinal);
        Assert.Equal(shown.Split('\n'), overHttp);
    }

    [Fact]
    public async Task An_address_that_may_not_be_dialled_is_misconfigured_and_says_so()
    {
        using var data = new TemporaryDirectory();
        var database = await (await TestServer.SharedAsync()).CreateDatabaseAsync();
        await using var server = await StartAsync(data, database);
        await Psql.RunAsync(database, "INSERT INTO eventhub.subscribers (event_type, webhook_url) VALUES ('*', 'http://169.254.169.254/latest')");

        await PublishAsync(server);

        var reason = await Eventually.HasAsync(() => Psql.RunAsync(database, "SELECT status, reason FROM eventhub.dead_letter_queue"), rows => rows.Length > 0);
        Assert.StartsWith("misconfigured|169.254.169.254 leads to 169.254.169.254 (cloud metadata service), where webhooks may not go", reason);
        Assert.Equal("misconfigured", await Psql.RunAsync(database, "SELECT result FROM eventhub.resulted_dispatches"));
    }

    [Fact]
    public async Task A_transaction_with_edits_left_open_holds_up_nobody()
    {
        using var data = new TemporaryDirectory();
        await using var receiver = await Receiver.StartAsync();
        var database = await (await TestServer.SharedAsync()).CreateDatabaseAsync();
        await using var server = await StartAsync(data, database);
        await using var connection = new Npgsql.NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var insert = new Npgsql.NpgsqlCommand($"INSERT INTO eventhub.subscribers (id, event_type, webhook_url) VALUES ('s', '*', '{receiver.Url}')", connection))
        {
            await insert.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var meanwhile = await PublishAsync(server);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        var after = await PublishAsync(server);

        await receiver.WaitUntilAsync(requests => requests.Any(r => r.EventId == after));
        Assert.DoesNotContain(receiver.Requests, r => r.EventId == meanwhile);
    }

    [Fact]
    public async Task The_SQL_of_the_page_about_PostgreSQL_runs()
    {
        using var data = new TemporaryDirectory();
        var database = await (await TestServer.SharedAsync()).CreateDatabaseAsync();
        await using var server = await StartAsync(data, database, "--roles", "api");
        await PublishAsync(server);
        var page = await File.ReadAllTextAsync(Path.Combine(ReadmeTests.RepositoryRoot(), "docs", "postgres.md"), TestContext.Current.CancellationToken);
        var blocks = page.Split("```sql\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)]).ToList();
        Assert.True(blocks.Count >= 2, $"{blocks.Count} blocks");

        foreach (var block in blocks) await Psql.RunAsync(database, block);
    }

    private static async Task<string> PublishAsync(ServerProcess server) =>
        (await server.PostAsync("/events", new { type = "a.b", payload = new { n = 1 } })).GetProperty("event_id").GetString()!;

    private static Task<ServerProcess> StartAsync(TemporaryDirectory data, string database, params string[] arguments) =>
        ServerProcess.StartAsync(data.Path, ["--store", "postgres", "--connection", database, "--db-max-connections", "8", .. arguments]);
}
