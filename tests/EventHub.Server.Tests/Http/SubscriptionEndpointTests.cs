using Xunit;

namespace EventHub.Server.Tests.Http;

public sealed class SubscriptionEndpointTests : IAsyncLifetime
{
    private ManagementHub _hub = null!;

    public async ValueTask InitializeAsync() => _hub = await ManagementHub.StartAsync();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task A_subscription_is_created_read_changed_and_deleted()
    {
        var (status, created) = await _hub.SendAsync(
            "POST", "/subscriptions", """{"name":"users","events":["user.*"],"destination":{"type":"webhook","url":"https://example.com","secret":"s3cret"}}""");
        Assert.Equal(201, status);
        var id = created.Text("id");
        Assert.Equal(7000, created.GetProperty("delivery").GetProperty("timeout_ms").GetInt32());
        Assert.True(created.GetProperty("destination").GetProperty("has_secret").GetBoolean());

        (status, var found) = await _hub.SendAsync("GET", $"/subscriptions/{id}");
        Assert.Equal(200, status);
        Assert.Equal(created.GetRawText(), found.GetRawText());

        (status, var changed) = await _hub.SendAsync("PATCH", $"/subscriptions/{id}", """{"paused":true,"delivery":{"concurrency":2}}""");
        Assert.Equal(200, status);
        Assert.True(changed.GetProperty("paused").GetBoolean());
        Assert.Equal(2, changed.GetProperty("delivery").GetProperty("concurrency").GetInt32());
        Assert.Equal("users", changed.Text("name"));

        (_, var list) = await _hub.SendAsync("GET", "/subscriptions");
        Assert.Equal(changed.GetRawText(), Assert.Single(list.GetProperty("subscriptions").EnumerateArray()).GetRawText());
        Assert.DoesNotContain("s3cret", list.GetRawText() + created.GetRawText(), StringComparison.Ordinal);

        (status, var deleted) = await _hub.SendAsync("DELETE", $"/subscriptions/{id}");
        Assert.Equal((200, """{"success":true}"""), (status, deleted.GetRawText()));
        (status, _) = await _hub.SendAsync("GET", $"/subscriptions/{id}");
        Assert.Equal(404, status);
    }

    [Fact]
    public async Task The_answer_to_a_creation_says_where_it_is()
    {
        using var content = new StringContent("""{"events":["a"],"destination":{"type":"handler","name":"a"}}""", System.Text.Encoding.UTF8, "application/json");
        using var response = await _hub.Client.PostAsync(new Uri("/subscriptions", UriKind.Relative), content, ManagementHub.Cancellation);

        using var found = await _hub.Client.GetAsync(response.Headers.Location, ManagementHub.Cancellation);
        Assert.True(found.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("GET", "/subscriptions/none", null)]
    [InlineData("PATCH", "/subscriptions/none", "{}")]
    [InlineData("DELETE", "/subscriptions/none", null)]
    [InlineData("POST", "/subscriptions/none/replay", """{"from_sequence":1}""")]
    public async Task An_unknown_one_is_not_found(string method, string path, string? body)
    {
        var (status, problem) = await _hub.SendAsync(method, path, body);

        Assert.Equal((404, "Subscription not found"), (status, problem.Text("error")));
    }

    [Fact]
    public async Task A_bad_body_is_refused_with_its_fields_and_nothing_is_stored()
    {
        var (status, problem) = await _hub.SendAsync("POST", "/subscriptions", """{"events":["a*"],"destination":{"type":"handler","name":"a"},"colour":1}""");

        Assert.Equal(400, status);
        Assert.Equal(["colour", "events[0]"], problem.ErrorFields());
        (_, var list) = await _hub.SendAsync("GET", "/subscriptions");
        Assert.Equal(0, list.GetProperty("subscriptions").GetArrayLength());
    }

    [Fact]
    public async Task A_bad_change_changes_nothing()
    {
        var id = await _hub.SubscribeAsync();
        (_, var before) = await _hub.SendAsync("GET", $"/subscriptions/{id}");

        var (status, problem) = await _hub.SendAsync("PATCH", $"/subscriptions/{id}", """{"name":"new","delivery":{"retry":{"limit":1000}}}""");

        Assert.Equal(400, status);
        Assert.Equal(["delivery.retry.limit"], problem.ErrorFields());
        (_, var after) = await _hub.SendAsync("GET", $"/subscriptions/{id}");
        Assert.Equal(before.GetRawText(), after.GetRawText());
    }

    [Fact]
    public async Task Another_content_type_is_415_and_an_unknown_query_parameter_400()
    {
        using var content = new StringContent("events=a", System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");
        using var response = await _hub.Client.PostAsync(new Uri("/subscriptions", UriKind.Relative), content, ManagementHub.Cancellation);
        Assert.Equal(415, (int)response.StatusCode);

        var (status, problem) = await _hub.SendAsync("GET", "/subscriptions?limit=1");
        Assert.Equal(400, status);
        Assert.Equal(["limit"], problem.ErrorFields());
    }

    [Fact]
    public async Task A_merge_patch_may_say_that_it_is_one()
    {
        var id = await _hub.SubscribeAsync();
        using var content = new StringContent("""{"paused":true}""", System.Text.Encoding.UTF8, "application/merge-patch+json");
        using var response = await _hub.Client.PatchAsync(new Uri($"/subscriptions/{id}", UriKind.Relative), content, ManagementHub.Cancellation);

        Assert.Equal(200, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("\"beginning\"")]
    [InlineData("0")]
    [InlineData("99")]
    [InlineData("\"2026-01-31t12:00:00.123456789z\"")]
    [InlineData("\"2026-01-31T12:00:00.1234567890123+05:30\"")]
    public async Task Every_start_the_rules_allow_is_understood(string start)
    {
        var (status, created) = await _hub.SendAsync("POST", "/subscriptions", $$"""{"start":{{start}},"destination":{"type":"handler","name":"a"},"events":["*"]}""");

        Assert.Equal((201, start.Trim('"')), (status, created.Text("start")));
    }

    [Theory]
    [InlineData("""{"from_sequence":2}""", 2, 3)]
    [InlineData("""{"from_sequence":1,"until":2}""", 1, 2)]
    [InlineData("""{"from_sequence":2,"until":"2"}""", 2, 2)]
    [InlineData("""{"from_sequence":1,"until":99}""", 1, 3)]
    [InlineData("""{"since":"2020-01-01T00:00:00Z"}""", 1, 3)]
    [InlineData("""{"since":"2020-01-01T00:00:00Z","until":"2999-01-01T00:00:00Z"}""", 1, 3)]
    public async Task A_replay_answers_with_what_is_delivered_again(string body, long from, long until)
    {
        var id = await _hub.SubscribeAsync();
        for (var i = 0; i < 3; i++) await _hub.PublishAsync();

        var (status, answer) = await _hub.SendAsync("POST", $"/subscriptions/{id}/replay", body);

        Assert.Equal(202, status);
        Assert.Equal($$$"""{"replay":{"generation":1,"from_sequence":{{{from}}},"until_sequence":{{{until}}}}}""", answer.GetRawText());
    }

    [Theory]
    [InlineData("{}", "since")]
    [InlineData("""{"since":"2020-01-01T00:00:00Z","from_sequence":1}""", "since")]
    [InlineData("""{"since":5}""", "since")]
    [InlineData("""{"since":"yesterday"}""", "since")]
    [InlineData("""{"since":"2999-01-01T00:00:00Z"}""", "since")]
    [InlineData("""{"from_sequence":0}""", "from_sequence")]
    [InlineData("""{"from_sequence":"1"}""", "from_sequence")]
    [InlineData("""{"from_sequence":2}""", "from_sequence")]
    [InlineData("""{"from_sequence":1,"until":0}""", "until")]
    [InlineData("""{"from_sequence":1,"until":"soon"}""", "until")]
    [InlineData("""{"from_sequence":5,"until":4}""", "until")]
    [InlineData("""{"since":"2020-01-02T00:00:00Z","until":"2020-01-01T00:00:00Z"}""", "until")]
    [InlineData("""{"from_sequence":1,"to":2}""", "to")]
    public async Task A_range_that_makes_no_sense_is_refused(string body, string field)
    {
        var id = await _hub.SubscribeAsync();
        await _hub.PublishAsync();

        var (status, problem) = await _hub.SendAsync("POST", $"/subscriptions/{id}/replay", body);

        Assert.Equal(400, status);
        Assert.Equal([field], problem.ErrorFields());
    }
}
