using System.Text.Json;
using EventHub.Delivery.Destinations.Webhook;
using EventHub.Events;
using EventHub.Postgres;
using EventHub.Routing;
using EventHub.Storage.Conformance.Support;
using Npgsql;

namespace EventHub.Storage.Tests.Postgres;

/// <summary><c>eventhub.subscribers</c>: what is written there is read as over HTTP, and its rules are those of the hub.</summary>
public sealed class SubscriberViewTests : PostgresTest
{
    private static readonly string[] s_types = ["a", "a.b", "a.b.c", "b", "a.bc", "ab", "größe.заказ", "a.b.c.d"];

    private static readonly string[] s_patterns =
    [
        "*", "**", "a", "a.*", "a.**", "*.b", "*.*", "*.**", "a.*.c", "a.b.**", "größe.*", "a.b", "A.b", "a*", "*a", "a.b*", "a.**.c", "**.a", "***", "", ".", "a.", ".a", "a..b",
        "a b", "a\tb", "a.*b.c", "*.a.**",
    ];

    private static readonly string[] s_urls =
    [
        "http://example.com", "https://example.com/", "HTTPS://EXAMPLE.com:443/a?b=c", "http://127.0.0.1:3000/x", "http://[::1]:80/", "http://[::1]/x?y", "http://a:1", "http://a:65535/",
        "http://a:65536/", "http://a:0/", "http://a:/", "http://a:x/", "http://", "http:///x", "ftp://a", "example.com", "", "http://u@h/", "http://u:p@h/", "http://h/a@b", "http://h?a@b",
        "http://h/#f", "http://h/a b", "http://h\\x", "http://h/%5C", "http://h:80:80/", "mailto:a@b", "https:/a", "http://?x",
    ];

    private static readonly string[] s_secrets =
    [
        "topsecret", "é", "a\nb", "whsec_", "whsec_AAAAAAAAAAAAAAAAAAAAAA==", "whsec_AAAAAAAAAAAAAAAAAAAA", "whsec_AAAAAAAAAAAAAAAAAAAAAA", "whsec_AAAA AAAAAAAAAAAAAAAAAA==",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "WHSEC_x",
    ];

    private static readonly string[] s_headers =
    [
        "{}", """{"A":"b"}""", """{"A":""}""", """{"A":"b","a":"c"}""", """{"":"x"}""", """{"A B":"x"}""", """{"Ä":"x"}""", """{"A":"ä"}""", """{"A":"x\ny"}""", """{"Host":"h"}""", """{"content-TYPE":"h"}""",
        """{"ce-id":"h"}""", """{"Proxy-X":"h"}""", """{"X-Signature":"h"}""", """{"!#$%&'*+-.^_`|~09azAZ":" ~"}""", """{"Webhook-Id":"1"}""", """{"TE":"1"}""", """{"A:":"1"}""",
        $$"""{"A":"{{new string('x', 8187)}}"}""", $$"""{"A":"{{new string('x', 8188)}}"}""",
        "{" + string.Join(',', Enumerable.Range(0, 32).Select(n => $"\"h{n}\":\"\"")) + "}", "{" + string.Join(',', Enumerable.Range(0, 33).Select(n => $"\"h{n}\":\"\"")) + "}",
    ];

    private static readonly (string Row, string Expected)[] s_badRows =
    [
        ("(webhook_url) VALUES ('http://h/')", "subscribers.event_type is missing"),
        ("(event_type) VALUES ('a')", "subscribers.webhook_url is missing"),
        ("(event_type, webhook_url) VALUES ('user*', 'http://h/')", "subscribers.event_type 'user*' has a wildcard inside a segment"),
        ("(event_type, webhook_url) VALUES ('a', 'ftp://h/')", "subscribers.webhook_url 'ftp://h/' is not an absolute http or https URL"),
        ("(event_type, webhook_url, delivery_guarantee) VALUES ('a', 'http://h/', 'exactly_once')", "subscribers.delivery_guarantee 'exactly_once'"),
        ("(event_type, webhook_url, ordering_enabled) VALUES ('a', 'http://h/', true)", "subscribers.ordering_key is missing"),
        ("(event_type, webhook_url, ordering_key) VALUES ('a', 'http://h/', 'tenant')", "subscribers.ordering_key 'tenant' is not an ordering key"),
        ("(event_type, webhook_url, retry_limit) VALUES ('a', 'http://h/', 101)", "subscribers.retry_limit must be from 0 to 100, not 101"),
        ("(event_type, webhook_url, retry_backoff_seconds) VALUES ('a', 'http://h/', '{5, -1}')", "subscribers.retry_backoff_seconds '{5,-1}' is not a list of waits"),
        ("(event_type, webhook_url, retry_backoff_seconds) VALUES ('a', 'http://h/', '{}')", "subscribers.retry_backoff_seconds '{}' is not a list of waits"),
        ("(event_type, webhook_url, timeout_ms) VALUES ('a', 'http://h/', 0)", "subscribers.timeout_ms must be from 1 to 600000, not 0"),
        ("(event_type, webhook_url, concurrency) VALUES ('a', 'http://h/', 2000)", "subscribers.concurrency must be from 1 to 1024, not 2000"),
        ("(event_type, webhook_url, delay_seconds) VALUES ('a', 'http://h/', -1)", "subscribers.delay_seconds must be from 0"),
        ("(event_type, webhook_url, start_at) VALUES ('a', 'http://h/', 'yesterday')", "subscribers.start_at 'yesterday' is not a place to start"),
        ("(event_type, webhook_url, secret) VALUES ('a', 'http://h/', 'whsec_x')", "subscribers.secret begins with whsec_"),
        ("(event_type, webhook_url, partitions) VALUES ('a', 'http://h/', 65)", "subscribers.partitions must be from 1 to 64, not 65"),
        ("(event_type, webhook_url, partitions, concurrency) VALUES ('a', 'http://h/', 4, 3)", "subscribers.partitions must not be more than concurrency, of which each partition needs one: 4 is more than 3"),
        ("(event_type, webhook_url, rate_limit) VALUES ('a', 'http://h/', 0)", "subscribers.rate_limit must be from 1 to 1000000, not 0"),
        ("(event_type, webhook_url, rate_limit_seconds) VALUES ('a', 'http://h/', 1)", "subscribers.rate_limit is missing, and rate_limit_seconds is given"),
        ("(event_type, webhook_url, rate_limit, rate_limit_seconds) VALUES ('a', 'http://h/', 1, 86401)", "subscribers.rate_limit_seconds must be from 0.001 to 86400, not 86401"),
        ("(event_type, webhook_url, format) VALUES ('a', 'http://h/', 'xml')", "subscribers.format 'xml' is not a format"),
        ("(event_type, webhook_url, headers) VALUES ('a', 'http://h/', '[]')", "subscribers.headers is not a JSON object of names and values"),
        ("(event_type, webhook_url, headers) VALUES ('a', 'http://h/', '{\"Host\": \"x\"}')", "subscribers.headers 'Host' belongs to the HTTP connection and cannot be set"),
        ("(event_type, webhook_url, created_at) VALUES ('a', 'http://h/', now())", "created_at and updated_at cannot be written"),
        ("(id, event_type, webhook_url) VALUES ('a/b', 'a', 'http://h/')", "subscribers.id 'a/b' is not an id"),
        ("(id, event_type, webhook_url) VALUES ('taken', 'a', 'http://h/')", "subscribers.id 'taken' is taken"),
        ("(id, event_type, webhook_url) VALUES ('twice', 'a', 'http://h/'), ('twice', 'a', 'http://h/')", "subscribers.id 'twice' is taken"),
    ];

    [Fact]
    public async Task A_hub_is_told_of_an_insert_an_update_and_a_delete_as_if_another_hub_had_made_them()
    {
        var seen = new RecordingObserver();
        var store = await OpenAsync(seen);
        await AppendAsync(store, Make.Events(2));
        await ExecuteAsync("INSERT INTO eventhub.subscribers (id, name, event_type, webhook_url, retry_backoff_seconds, timeout_ms) VALUES ('s', 'S', 'a.*, b', 'http://h/', '{0.25, 90061}', 1500)");
        await AppendAsync(store, Make.Events(1));
        await ExecuteAsync("UPDATE eventhub.subscribers SET ordering_key = '$.order.id', retry_limit = 7 WHERE id = 's'; DELETE FROM eventhub.subscribers");

        while (seen.Notices.OfType<SubscriptionVersion>().Count() < 3) await seen.WaitAsync(Cancel);

        var versions = seen.Notices.OfType<SubscriptionVersion>().ToList();
        Assert.Equal([(1, 2L, false), (2, 3L, false), (3, 3L, true)], versions.Select(v => (v.Version, v.EffectiveAfter, v.IsDeleted)));
        var (first, second) = (versions[0].Subscription, versions[1].Subscription);
        var webhook = Assert.IsType<WebhookDestination>(first.Destination);
        Assert.Equal(("s", "S", "http://h/", WebhookFormat.Envelope), (first.Id, first.Name, webhook.Url, webhook.Format));
        Assert.Equal(["a.*", "b"], first.Events);
        Assert.Equal([TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(90061)], first.Delivery.Retry.Schedule!);
        Assert.Equal(new DeliverySettings { Timeout = TimeSpan.FromSeconds(1.5) } with { Retry = first.Delivery.Retry }, first.Delivery);
        Assert.Equal((3, null, true, false), (first.Delivery.Retry.Limit, first.Delivery.OrderingKey, first.Active, first.Paused));
        Assert.Equal((7, "$.order.id"), (second.Delivery.Retry.Limit, second.Delivery.OrderingKey));
        Assert.All(versions, v => Assert.Empty(SubscriptionValidator.Validate(v.Subscription)));
        Assert.Empty(await store.CheckAsync(Cancel));
    }

    [Fact]
    public async Task Partitions_rate_limit_format_and_headers_are_written_shown_and_taken_back()
    {
        var store = await OpenAsync();
        await ExecuteAsync(
            """
            INSERT INTO eventhub.subscribers (id, event_type, webhook_url, partitions, rate_limit, rate_limit_seconds, format, headers)
            VALUES ('s', '*', 'http://h/', 4, 100, 0.25, 'cloudevents-binary', '{"Authorization": "Bearer x", "X-Shop": "7"}'), ('plain', '*', 'http://h/', 1, 5, DEFAULT, DEFAULT, DEFAULT)
            """);

        var full = await CurrentAsync(store, "s");
        var webhook = Assert.IsType<WebhookDestination>(full.Destination);
        Assert.Equal((4, new RateLimit(100, TimeSpan.FromSeconds(0.25)), WebhookFormat.CloudEventsBinary), (full.Delivery.Partitions, full.Delivery.RateLimit, webhook.Format));
        Assert.Equal("Authorization=Bearer x, X-Shop=7", string.Join(", ", webhook.Headers.OrderBy(h => h.Key).Select(h => $"{h.Key}={h.Value}")));
        Assert.Equal(new RateLimit(5, TimeSpan.FromSeconds(1)), (await CurrentAsync(store, "plain")).Delivery.RateLimit);
        const string Shown = "SELECT string_agg(concat_ws('|', id, partitions, rate_limit, rate_limit_seconds, format, headers), ' ' ORDER BY id) FROM eventhub.subscribers";
        Assert.Equal("""plain|1|5|1|envelope|{} s|4|100|0.25|cloudevents-binary|{"X-Shop": "7", "Authorization": "Bearer x"}""", await QueryAsync<string>(Shown));
        Assert.Equal(4L, await QueryAsync<long>("SELECT count(*) FROM eventhub_data.leases JOIN eventhub_data.subscriptions s ON s.key = subscription WHERE s.id = 's'"));

        await ExecuteAsync("UPDATE eventhub.subscribers SET partitions = DEFAULT, rate_limit = NULL, format = 'payload', headers = headers - 'X-Shop' || '{\"A\": \"b\"}' WHERE id = 's'");

        full = await CurrentAsync(store, "s");
        webhook = Assert.IsType<WebhookDestination>(full.Destination);
        Assert.Equal((1, null, WebhookFormat.Payload, "Bearer x", 2), (full.Delivery.Partitions, full.Delivery.RateLimit, webhook.Format, webhook.Headers["Authorization"], webhook.Headers.Count));
        Assert.Equal("b", webhook.Headers["A"]);
        Assert.Empty(SubscriptionValidator.Validate(full));
        Assert.Empty(await store.CheckAsync(Cancel));
    }

    [Fact]
    public async Task What_an_older_version_stored_is_read_and_shown_with_defaults()
    {
        var store = await OpenAsync();
        await store.Dispatches.SaveSubscriptionAsync(new SubscriptionChange { Subscription = Make.Subscription("s"), ExpectedVersion = 0 }, Cancel);
        await ExecuteAsync($"UPDATE eventhub_data.subscription_versions SET document = '{OlderSubscription.Document}'");

        OlderSubscription.AssertRead((await store.Dispatches.LoadSubscriptionsAsync(Cancel))[^1].Subscription);
        Assert.Equal("64|1|envelope|{}", await QueryAsync<string>("SELECT concat_ws('|', concurrency, partitions, rate_limit, format, headers) FROM eventhub.subscribers"));
        await ExecuteAsync("UPDATE eventhub.subscribers SET name = 'renamed'");
        OlderSubscription.AssertRead((await store.Dispatches.LoadSubscriptionsAsync(Cancel))[^1].Subscription);
    }

    [Fact]
    public async Task A_destination_that_is_no_webhook_has_no_format_and_no_headers()
    {
        var store = await OpenAsync();
        var subscription = Make.Subscription("s") with { Destination = new RpcDestination("shop") };
        await store.Dispatches.SaveSubscriptionAsync(new SubscriptionChange { Subscription = subscription, ExpectedVersion = 0 }, Cancel);

        await ExecuteAsync("UPDATE eventhub.subscribers SET rate_limit = 3");
        Assert.Equal(new RateLimit(3, TimeSpan.FromSeconds(1)), (await CurrentAsync(store, "s")).Delivery.RateLimit);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync("UPDATE eventhub.subscribers SET format = 'payload'"));
        Assert.Equal("subscribers.format and headers cannot be set: 's' is delivered to rpc:shop", refused.MessageText);
    }

    [Fact]
    public async Task What_was_made_over_HTTP_is_shown_and_keeps_what_the_view_does_not_show()
    {
        var seen = new RecordingObserver();
        var store = await OpenAsync(seen);
        var subscription = Make.Subscription("s", "a.*", "b") with
        {
            Source = "shop", Paused = true,
            Destination = new WebhookDestination { Url = "http://h/", Format = WebhookFormat.CloudEvents, Headers = new Dictionary<string, string> { ["A"] = "b" }, Secrets = [new ProtectedSecret("c", null)] },
            Delivery = new DeliverySettings
            {
                Guarantee = DeliveryGuarantee.AtMostOnce, OrderingKey = "$..a[?(@.b)]", RateLimit = new RateLimit(5, TimeSpan.FromSeconds(2)),
                Retry = new RetrySettings { Limit = 2, Schedule = null, Exponential = new ExponentialBackoff(TimeSpan.FromSeconds(1), TimeSpan.FromDays(2), 1.5, Jitter.Full) },
            },
        };
        await store.Dispatches.SaveSubscriptionAsync(new SubscriptionChange { Subscription = subscription, ExpectedVersion = 0 }, Cancel);

        Assert.Equal(
            "a.*, b|at_most_once|t|$..a[?(@.b)]|2|<none>|t|shop",
            await QueryAsync<string>("SELECT concat_ws('|', event_type, delivery_guarantee, ordering_enabled, ordering_key, retry_limit, coalesce(retry_backoff_seconds::text, '<none>'), is_paused, source) FROM eventhub.subscribers"));
        await ExecuteAsync("UPDATE eventhub.subscribers SET name = 'renamed'");

        var changed = (await store.Dispatches.LoadSubscriptionsAsync(Cancel))[^1].Subscription;
        Assert.Equal(
            (subscription with { Name = "renamed", UpdatedAt = changed.UpdatedAt }).ToStoredJson().Length, changed.ToStoredJson().Length);
        Assert.Equal("b", Assert.IsType<WebhookDestination>(changed.Destination).Headers["A"]);
        Assert.Equal(subscription.Delivery.Retry, changed.Delivery.Retry);
        Assert.Equal(subscription.Delivery.RateLimit, changed.Delivery.RateLimit);
    }

    [Fact]
    public async Task A_bad_row_is_refused_with_the_column_the_value_and_what_to_do()
    {
        await OpenAsync();
        await ExecuteAsync("INSERT INTO eventhub.subscribers (id, event_type, webhook_url) VALUES ('taken', '*', 'http://h/')");
        foreach (var (row, expected) in s_badRows)
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync($"INSERT INTO eventhub.subscribers {row}"));

            Assert.Contains(expected, refused.MessageText);
            Assert.NotNull(refused.Hint);
        }

        Assert.Equal(1L, await QueryAsync<long>("SELECT count(*) FROM eventhub.subscribers"));
    }

    [Fact]
    public async Task A_change_by_somebody_else_before_the_commit_is_not_overwritten()
    {
        var store = await OpenAsync();
        await ExecuteAsync("INSERT INTO eventhub.subscribers (id, event_type, webhook_url) VALUES ('s', '*', 'http://h/')");
        await using var connection = new NpgsqlConnection(Database + ";Pooling=false");
        await connection.OpenAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await using (var update = new NpgsqlCommand("UPDATE eventhub.subscribers SET name = 'mine'", connection)) await update.ExecuteNonQueryAsync(Cancel);
        await ExecuteAsync("UPDATE eventhub.subscribers SET retry_limit = 1");

        var refused = await Assert.ThrowsAsync<PostgresException>(() => transaction.CommitAsync(Cancel));

        Assert.Equal((PostgresErrorCodes.SerializationFailure, "Run the transaction again."), (refused.SqlState, refused.Hint));
        Assert.Equal("h/1", await QueryAsync<string>("SELECT name || '/' || retry_limit FROM eventhub.subscribers"));
        Assert.Empty(await store.CheckAsync(Cancel));
    }

    [Fact]
    public async Task SQL_judges_types_patterns_URLs_and_secrets_as_the_hub_does()
    {
        await OpenAsync();
        await using var connection = new NpgsqlConnection(Database + ";Pooling=false");
        await connection.OpenAsync(Cancel);

        foreach (var pattern in s_patterns)
        {
            var isGood = TypePattern.TryParse(pattern, out var parsed, out _);
            Assert.Equal((pattern, isGood), (pattern, await AskAsync<bool>(connection, "SELECT eventhub_data.type_problem($1, true) IS NULL", pattern)));
            Assert.Equal((pattern, EventType.Validate(pattern) is null), (pattern, await AskAsync<bool>(connection, "SELECT eventhub_data.type_problem($1, false) IS NULL", pattern)));
            foreach (var type in isGood ? s_types : [])
            {
                Assert.Equal((pattern, type, parsed!.Matches(type)), (pattern, type, await AskAsync<bool>(connection, "SELECT eventhub_data.is_type_of(ARRAY[$1], $2)", pattern, type)));
            }
        }

        foreach (var url in s_urls) Assert.Equal((url, WebhookUrlRules.Validate(url) is null), (url, await AskAsync<bool>(connection, "SELECT eventhub_data.url_problem($1) IS NULL", url)));
        foreach (var secret in s_secrets) Assert.Equal((secret, WebhookSecret.Validate(secret) is null), (secret, await AskAsync<bool>(connection, "SELECT eventhub_data.secret_problem($1) IS NULL", secret)));
        foreach (var headers in s_headers)
        {
            var parsed = JsonSerializer.Deserialize<Dictionary<string, string>>(headers)!;
            Assert.Equal((headers, WebhookHeaderRules.Validate(parsed)?.Split('\'', 2)[0]), (headers, (await AskAsync<string?>(connection, "SELECT eventhub_data.headers_problem($1::jsonb)", headers))?.Split('\'', 2)[0]));
        }

        Assert.Null(WebhookSecret.Validate(await QueryAsync<string>("SELECT eventhub_data.new_secret()")));
        Assert.Equal(7, (await QueryAsync<Guid>("SELECT eventhub_data.new_id()")).Version);
    }

    private static async Task<Subscription> CurrentAsync(PostgresStore store, string id) =>
        (await store.Dispatches.LoadSubscriptionsAsync(Cancel)).Last(version => version.Subscription.Id == id).Subscription;

    private static async Task<T> AskAsync<T>(NpgsqlConnection connection, string sql, params string[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync(Cancel) is T answer ? answer : default!;
    }
}
