using EventHub.Storage;
using Xunit;

namespace EventHub.Server.Tests.Http;

public sealed class DispatchEndpointTests : IAsyncLifetime
{
    private static readonly DateTimeOffset s_time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private ManagementHub _hub = null!;
    private string _subscription = null!;
    private string _first = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = await ManagementHub.StartAsync();
        _subscription = await _hub.SubscribeAsync("users");
        _first = await _hub.PublishAsync();
        await _hub.PublishAsync();
        await _hub.PublishAsync();
        await _hub.SettleAsync(1, 1, DispatchStatus.Complete, s_time);
        await _hub.SettleAsync(1, 2, DispatchStatus.Failed, s_time.AddMinutes(1));
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Theory]
    [InlineData("", "3 2 1")]
    [InlineData("?order=asc", "1 2 3")]
    [InlineData("?status=complete", "1")]
    [InlineData("?status=failed", "2")]
    [InlineData("?status=ongoing", "3")]
    [InlineData("?status=lost", "")]
    [InlineData("?subscription_id=none", "")]
    [InlineData("?subscription_id=SUBSCRIPTION&limit=2", "3 2")]
    [InlineData("?event_id=EVENT", "1")]
    [InlineData("?event_id=01990000-0000-7000-8000-000000000000", "")]
    public async Task Filters_hold_together(string query, string sequences)
    {
        query = query.Replace("SUBSCRIPTION", _subscription, StringComparison.Ordinal).Replace("EVENT", _first, StringComparison.Ordinal);
        var (status, body) = await _hub.SendAsync("GET", "/dispatches" + query);

        Assert.Equal(200, status);
        Assert.Equal(["dispatches", "next_cursor"], body.Names());
        Assert.Equal(sequences, string.Join(' ', body.GetProperty("dispatches").EnumerateArray().Select(d => d.GetProperty("sequence").GetInt64())));
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_repetition()
    {
        var seen = new List<long>();
        var path = "/dispatches?limit=1";
        for (var next = path; next is not null;)
        {
            var (_, body) = await _hub.SendAsync("GET", next);
            seen.AddRange(body.GetProperty("dispatches").EnumerateArray().Select(d => d.GetProperty("sequence").GetInt64()));
            next = body.GetProperty("next_cursor").GetString() is { } cursor ? $"{path}&cursor={cursor}" : null;
        }

        Assert.Equal([3, 2, 1], seen);
    }

    [Theory]
    [InlineData("status=done", "status")]
    [InlineData("event_id=1", "event_id")]
    [InlineData("order=up", "order")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=a", "limit")]
    [InlineData("cursor=a", "cursor")]
    [InlineData("cursor=1-2", "cursor")]
    [InlineData("subscription=a", "subscription")]
    [InlineData("status=failed&status=lost", "status")]
    public async Task A_bad_parameter_is_named(string query, string field)
    {
        var (status, problem) = await _hub.SendAsync("GET", $"/dispatches?{query}");

        Assert.Equal(400, status);
        Assert.Equal([field], problem.ErrorFields());
    }

    [Fact]
    public async Task One_dispatch_is_shown_with_its_attempts()
    {
        var (status, dispatch) = await _hub.SendAsync("GET", $"/dispatches/{await IdOf("failed")}");

        Assert.Equal(200, status);
        Assert.Equal("failed", dispatch.Text("status"));
        Assert.Equal("users", dispatch.Text("subscription"));
        Assert.Equal(_subscription, dispatch.Text("subscription_id"));
        Assert.Equal("2026-01-01T00:01:00.000Z", dispatch.Text("resulted_at"));
        var attempt = Assert.Single(dispatch.GetProperty("attempts").EnumerateArray());
        Assert.Equal((1, 400, "no such user"), (attempt.GetProperty("number").GetInt32(), attempt.GetProperty("http_status").GetInt32(), attempt.Text("response_body")));
    }

    [Fact]
    public async Task An_ended_dispatch_is_delivered_again_under_another_id()
    {
        var id = await IdOf("failed");

        var (status, answer) = await _hub.SendAsync("POST", $"/dispatches/{id}/retry", """{"delay_seconds":60,"max_retries":0,"retry_delay":1.5}""");

        Assert.Equal(202, status);
        var again = answer.Text("dispatch_id");
        Assert.NotEqual(id, again);
        (_, var dispatch) = await _hub.SendAsync("GET", $"/dispatches/{again}");
        Assert.Equal("ongoing", dispatch.Text("status"));
        (status, _) = await _hub.SendAsync("POST", $"/dispatches/{await IdOf("complete")}/retry");
        Assert.Equal(202, status);
    }

    [Fact]
    public async Task An_ongoing_dispatch_is_not_retried()
    {
        var (status, problem) = await _hub.SendAsync("POST", $"/dispatches/{await IdOf("ongoing")}/retry");

        Assert.Equal((409, "DISPATCH_IS_ONGOING"), (status, problem.Text("code")));
    }

    [Fact]
    public async Task A_dispatch_of_a_deleted_subscription_is_not_retried()
    {
        var id = await IdOf("failed");
        await _hub.SendAsync("DELETE", $"/subscriptions/{_subscription}");

        var (status, problem) = await _hub.SendAsync("POST", $"/dispatches/{id}/retry");

        Assert.Equal((409, "SUBSCRIPTION_IS_DELETED"), (status, problem.Text("code")));
    }

    [Theory]
    [InlineData("GET", "/dispatches/none")]
    [InlineData("GET", "/dispatches/dsp_01990000000070008000000000000000_1_0")]
    [InlineData("POST", "/dispatches/none/retry")]
    public async Task An_unknown_one_is_not_found(string method, string path)
    {
        var (status, problem) = await _hub.SendAsync(method, path);

        Assert.Equal((404, "Dispatch not found"), (status, problem.Text("error")));
    }

    [Theory]
    [InlineData("""{"delay_seconds":-1}""", "delay_seconds")]
    [InlineData("""{"delay_seconds":"1"}""", "delay_seconds")]
    [InlineData("""{"delay_seconds":2592001}""", "delay_seconds")]
    [InlineData("""{"max_retries":-1}""", "max_retries")]
    [InlineData("""{"max_retries":101}""", "max_retries")]
    [InlineData("""{"max_retries":1.5}""", "max_retries")]
    [InlineData("""{"retry_delay":-0.1}""", "retry_delay")]
    [InlineData("""{"retries":1}""", "retries")]
    public async Task A_bad_retry_is_refused(string body, string field)
    {
        var (status, problem) = await _hub.SendAsync("POST", $"/dispatches/{await IdOf("failed")}/retry", body);

        Assert.Equal(400, status);
        Assert.Equal([field], problem.ErrorFields());
    }

    private async Task<string> IdOf(string status) =>
        (await _hub.SendAsync("GET", $"/dispatches?status={status}")).Body.GetProperty("dispatches")[0].Text("id");
}
