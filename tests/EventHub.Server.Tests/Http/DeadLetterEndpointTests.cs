using EventHub.Storage;
using Xunit;

namespace EventHub.Server.Tests.Http;

public sealed class DeadLetterEndpointTests : IAsyncLifetime
{
    private static readonly DateTimeOffset s_time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private ManagementHub _hub = null!;
    private string _subscription = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = await ManagementHub.StartAsync();
        _subscription = await _hub.SubscribeAsync("users");
        await _hub.PublishAsync("user.created", """{"b":1.0,"a":"é"}""");
        await _hub.PublishAsync("user.deleted");
        await _hub.PublishAsync("order.paid");
        await _hub.SettleAsync(1, 1, DispatchStatus.Failed, s_time);
        await _hub.SettleAsync(1, 2, DispatchStatus.Misconfigured, s_time.AddMinutes(1));
        await _hub.SettleAsync(1, 3, DispatchStatus.Lost, s_time.AddMinutes(2));
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Theory]
    [InlineData("", "3 2 1")]
    [InlineData("?order=asc", "1 2 3")]
    [InlineData("?type=user.*", "2 1")]
    [InlineData("?since=2026-01-01T00:01:00Z", "3 2")]
    [InlineData("?until=2026-01-01T00:01:00Z", "1")]
    [InlineData("?subscription_id=SUBSCRIPTION&type=order.**", "3")]
    [InlineData("?subscription_id=none", "")]
    public async Task Filters_hold_together(string query, string sequences)
    {
        var (status, body) = await _hub.SendAsync("GET", "/dead-letters" + query.Replace("SUBSCRIPTION", _subscription, StringComparison.Ordinal));

        Assert.Equal(200, status);
        Assert.Equal(["dead_letters", "next_cursor"], body.Names());
        Assert.Equal(sequences, string.Join(' ', body.GetProperty("dead_letters").EnumerateArray().Select(d => d.GetProperty("sequence").GetInt64())));
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_repetition()
    {
        var seen = new List<long>();
        var path = "/dead-letters?limit=2";
        for (var next = path; next is not null;)
        {
            var (_, body) = await _hub.SendAsync("GET", next);
            seen.AddRange(body.GetProperty("dead_letters").EnumerateArray().Select(d => d.GetProperty("sequence").GetInt64()));
            next = body.GetProperty("next_cursor").GetString() is { } cursor ? $"{path}&cursor={cursor}" : null;
        }

        Assert.Equal([3, 2, 1], seen);
    }

    [Theory]
    [InlineData("type=user*", "type")]
    [InlineData("since=yesterday", "since")]
    [InlineData("until=1", "until")]
    [InlineData("order=up", "order")]
    [InlineData("limit=0", "limit")]
    [InlineData("cursor=a", "cursor")]
    [InlineData("status=failed", "status")]
    public async Task A_bad_parameter_is_named(string query, string field)
    {
        var (status, problem) = await _hub.SendAsync("GET", $"/dead-letters?{query}");

        Assert.Equal(400, status);
        Assert.Equal([field], problem.ErrorFields());
    }

    [Fact]
    public async Task A_dead_letter_holds_event_subscription_reason_and_attempts()
    {
        var id = await IdOf("user.created");
        var (status, letter) = await _hub.SendAsync("GET", $"/dead-letters/{id}");

        Assert.Equal(200, status);
        Assert.Equal(id, letter.Text("id"));
        Assert.Equal("HTTP 400", letter.Text("reason"));
        Assert.Equal("2026-01-01T00:00:00.000Z", letter.Text("dead_at"));
        Assert.Equal("""{"b":1.0,"a":"é"}""", letter.GetProperty("event").GetProperty("payload").GetRawText());
        Assert.Equal("failed", letter.GetProperty("event").Text("status"));
        Assert.Equal(("users", _subscription), (letter.GetProperty("subscription").Text("name"), letter.GetProperty("subscription").Text("id")));
        Assert.Equal("handler", letter.GetProperty("subscription").GetProperty("destination").Text("type"));
        Assert.Equal(1, letter.GetProperty("attempts").GetArrayLength());
        Assert.Equal(letter.Names().Distinct(), letter.Names());
    }

    [Fact]
    public async Task A_redriven_dead_letter_leaves_the_list()
    {
        var id = await IdOf("user.created");

        var (status, answer) = await _hub.SendAsync("POST", $"/dead-letters/{id}/redrive");

        Assert.Equal(202, status);
        (_, var dispatch) = await _hub.SendAsync("GET", $"/dispatches/{answer.Text("dispatch_id")}");
        Assert.Equal("ongoing", dispatch.Text("status"));
        (status, _) = await _hub.SendAsync("GET", $"/dead-letters/{id}");
        Assert.Equal(404, status);
        (status, _) = await _hub.SendAsync("POST", $"/dead-letters/{id}/redrive");
        Assert.Equal(404, status);
    }

    [Fact]
    public async Task One_of_a_deleted_subscription_stays_and_is_not_redriven()
    {
        var id = await IdOf("user.created");
        await _hub.SendAsync("DELETE", $"/subscriptions/{_subscription}");

        var (status, problem) = await _hub.SendAsync("POST", $"/dead-letters/{id}/redrive");
        Assert.Equal((409, "SUBSCRIPTION_IS_DELETED"), (status, problem.Text("code")));
        (_, var all) = await _hub.SendAsync("POST", "/dead-letters/redrive");
        Assert.Equal(0, all.GetProperty("redriven").GetInt32());
    }

    [Theory]
    [InlineData(null, 3)]
    [InlineData("{}", 3)]
    [InlineData("""{"type":"user.*"}""", 2)]
    [InlineData("""{"since":"2026-01-01T00:01:00Z","until":"2026-01-01T00:02:00Z"}""", 1)]
    [InlineData("""{"subscription_id":"none"}""", 0)]
    public async Task Those_that_match_are_redriven_together(string? body, int count)
    {
        var (status, answer) = await _hub.SendAsync("POST", "/dead-letters/redrive", body);

        Assert.Equal((202, $$"""{"redriven":{{count}}}"""), (status, answer.GetRawText()));
        (_, var left) = await _hub.SendAsync("GET", "/dead-letters");
        Assert.Equal(3 - count, left.GetProperty("dead_letters").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"type":"a*"}""", "type")]
    [InlineData("""{"type":1}""", "type")]
    [InlineData("""{"since":1}""", "since")]
    [InlineData("""{"until":"x"}""", "until")]
    [InlineData("""{"subscription_id":[]}""", "subscription_id")]
    [InlineData("""{"subscription":"a"}""", "subscription")]
    public async Task A_bad_filter_redrives_nothing(string body, string field)
    {
        var (status, problem) = await _hub.SendAsync("POST", "/dead-letters/redrive", body);

        Assert.Equal(400, status);
        Assert.Equal([field], problem.ErrorFields());
        (_, var left) = await _hub.SendAsync("GET", "/dead-letters");
        Assert.Equal(3, left.GetProperty("dead_letters").GetArrayLength());
    }

    [Fact]
    public async Task A_dismissed_dead_letter_leaves_the_list_and_keeps_its_result()
    {
        var id = await IdOf("user.deleted");

        var (status, answer) = await _hub.SendAsync("DELETE", $"/dead-letters/{id}");
        Assert.Equal((200, """{"success":true}"""), (status, answer.GetRawText()));
        (status, var problem) = await _hub.SendAsync("DELETE", $"/dead-letters/{id}");
        Assert.Equal((404, "Dead letter not found"), (status, problem.Text("error")));
        (_, var dispatch) = await _hub.SendAsync("GET", $"/dispatches/{id}");
        Assert.Equal("misconfigured", dispatch.Text("status"));
    }

    private async Task<string> IdOf(string type) =>
        (await _hub.SendAsync("GET", $"/dead-letters?type={type}")).Body.GetProperty("dead_letters")[0].Text("id");
}
