using EventHub.Delivery.Destinations;
using Microsoft.AspNetCore.Http;

namespace EventHub.Tests.Delivery.Destinations.Webhook;

public sealed class WebhookAnswerTests
{
    [Theory]
    [InlineData(200, AttemptKind.Complete)]
    [InlineData(201, AttemptKind.Complete)]
    [InlineData(202, AttemptKind.Complete)]
    [InlineData(204, AttemptKind.Complete)]
    [InlineData(299, AttemptKind.Complete)]
    [InlineData(408, AttemptKind.Failed)]
    [InlineData(429, AttemptKind.Failed)]
    [InlineData(500, AttemptKind.Failed)]
    [InlineData(502, AttemptKind.Failed)]
    [InlineData(503, AttemptKind.Failed)]
    [InlineData(599, AttemptKind.Failed)]
    [InlineData(410, AttemptKind.Gone)]
    [InlineData(400, AttemptKind.Rejected)]
    [InlineData(401, AttemptKind.Rejected)]
    [InlineData(404, AttemptKind.Rejected)]
    [InlineData(409, AttemptKind.Rejected)]
    [InlineData(422, AttemptKind.Rejected)]
    [InlineData(499, AttemptKind.Rejected)]
    [InlineData(300, AttemptKind.Rejected)]
    [InlineData(304, AttemptKind.Rejected)]
    [InlineData(600, AttemptKind.Failed)]
    public async Task The_status_decides(int status, AttemptKind kind)
    {
        await using var receiver = await Receiver.AnsweringAsync(status);
        var outcome = await Webhooks.SendAsync(receiver.Url);
        Assert.Equal(kind, outcome.Kind);
        Assert.Equal(status, outcome.HttpStatus);
        Assert.Null(outcome.ResponseBody);
        Assert.Equal(kind == AttemptKind.Complete, outcome.Error is null);
        Assert.Equal("POST", receiver.Single.Method);
    }

    [Theory]
    [InlineData("ignored", AttemptKind.Ignored)]
    [InlineData("Ignored", AttemptKind.Ignored)]
    [InlineData("complete", AttemptKind.Complete)]
    [InlineData("", AttemptKind.Complete)]
    public async Task A_success_can_say_that_it_was_ignored(string result, AttemptKind kind)
    {
        await using var receiver = await Receiver.AnsweringAsync(200, "", ("X-EventHub-Result", result));
        Assert.Equal(kind, (await Webhooks.SendAsync(receiver.Url)).Kind);
    }

    [Fact]
    public async Task A_failure_cannot_say_that_it_was_ignored()
    {
        await using var receiver = await Receiver.AnsweringAsync(500, "", ("X-EventHub-Result", "ignored"));
        Assert.Equal(AttemptKind.Failed, (await Webhooks.SendAsync(receiver.Url)).Kind);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_never_followed(int status)
    {
        await using var second = await Receiver.StartAsync();
        await using var first = await Receiver.AnsweringAsync(status, "", ("Location", second.Url));
        var outcome = await Webhooks.SendAsync(first.Url);
        Assert.Equal(AttemptKind.Rejected, outcome.Kind);
        Assert.Contains("redirects are not followed", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(second.Url, outcome.Error, StringComparison.Ordinal);
        Assert.Single(first.Requests);
        Assert.Empty(second.Requests);
    }

    [Theory]
    [InlineData(503, "5", 5)]
    [InlineData(429, "120", 120)]
    [InlineData(408, " 7 ", 7)]
    [InlineData(503, "3600", 3600)]
    [InlineData(503, "86400", 3600)]
    [InlineData(503, "99999999999999999999999999", 3600)]
    [InlineData(503, "Fri, 02 Jan 2026 03:06:05 GMT", 120)]
    [InlineData(503, "Friday, 02-Jan-26 03:06:05 GMT", 120)]
    [InlineData(503, "Fri Jan  2 03:06:05 2026", 120)]
    [InlineData(503, "Sat, 02 Jan 2027 00:00:00 GMT", 3600)]
    [InlineData(503, "Thu, 01 Jan 2026 00:00:00 GMT", null)]
    [InlineData(503, "0", null)]
    [InlineData(503, "-5", null)]
    [InlineData(503, "1.5", null)]
    [InlineData(503, "soon", null)]
    [InlineData(503, "", null)]
    [InlineData(404, "5", null)]
    [InlineData(200, "5", null)]
    public async Task Retry_After_is_read_as_seconds_or_date(int status, string value, int? seconds)
    {
        await using var receiver = await Receiver.AnsweringAsync(status, "", ("Retry-After", value));
        using var client = Webhooks.Client(time: new FixedClock(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)));
        var outcome = await client.SendAsync(Webhooks.Request(receiver.Url), TestContext.Current.CancellationToken);
        Assert.Equal(seconds, (int?)outcome.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task The_beginning_of_the_body_is_kept()
    {
        await using var receiver = await Receiver.AnsweringAsync(500, new string('é', 5000));
        Assert.Equal(new string('é', 1000), (await Webhooks.SendAsync(receiver.Url)).ResponseBody);
    }

    [Fact]
    public async Task A_surrogate_pair_is_not_cut()
    {
        await using var receiver = await Receiver.AnsweringAsync(200, new string('x', 999) + "😀😀");
        Assert.Equal(new string('x', 999), (await Webhooks.SendAsync(receiver.Url)).ResponseBody);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_become_replacement_characters()
    {
        await using var receiver = await Receiver.StartAsync(context => context.Response.Body.WriteAsync(new byte[] { 0xEF, 0xBB, 0xBF, 0x61, 0xFF, 0x00, 0x62 }).AsTask());
        Assert.Equal("a\uFFFD\uFFFDb", (await Webhooks.SendAsync(receiver.Url)).ResponseBody);
    }

    [Fact]
    public async Task A_compressed_answer_is_not_unpacked()
    {
        await using var receiver = await Receiver.AnsweringAsync(200, "not really gzip", ("Content-Encoding", "gzip"));
        Assert.Equal("not really gzip", (await Webhooks.SendAsync(receiver.Url)).ResponseBody);
        Assert.False(receiver.Single.Headers.ContainsKey("accept-encoding"));
    }

    [Fact]
    public async Task Cookies_of_an_answer_are_not_sent_back()
    {
        await using var receiver = await Receiver.AnsweringAsync(200, "", ("Set-Cookie", "a=b; Path=/"));
        using var client = Webhooks.Client();
        await client.SendAsync(Webhooks.Request(receiver.Url), TestContext.Current.CancellationToken);
        await client.SendAsync(Webhooks.Request(receiver.Url), TestContext.Current.CancellationToken);
        Assert.All(receiver.Requests, request => Assert.False(request.Headers.ContainsKey("cookie")));
    }
}
