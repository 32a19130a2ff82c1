using System.Net;
using System.Text;

namespace EventHub.Server.Tests.EndToEnd;

/// <summary>Which pages may use the real server from a browser, by what browsers send.</summary>
public sealed class OriginTests(OriginTests.RefusingServer refusing) : IClassFixture<OriginTests.RefusingServer>
{
    private const string Page = "https://app.example.com";

    public static TheoryData<string, string, string?> Requests => new()
    {
        { "GET", "/events", null },
        { "GET", "/health", null },
        { "GET", "/nowhere", null },
        { "GET", "/events/stream", null },
        { "POST", "/events", """{"type":"a","payload":1}""" },
        { "OPTIONS", "/events", null },
        { "OPTIONS", "/events/stream", null },
        { "OPTIONS", "/rpc/negotiate", null },
        { "POST", "/rpc/negotiate?negotiateVersion=1", "" },
        { "GET", "/rpc", null },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Pages_of_other_origins_are_refused_whatever_they_send(string method, string path, string? body)
    {
        var server = refusing.Process;
        foreach (var origin in new[] { Page, "null", "http://other.example:81", "https://other.example", "http://other.example.evil", "http://127.0.0.1:1" })
        {
            using var response = await SendAsync(server, method, path, body, ("Origin", origin), ("Access-Control-Request-Method", "POST"), ("Sec-Fetch-Site", "cross-site"));
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.Contains("ORIGIN_NOT_ALLOWED", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
        }

        Assert.Equal(0, (await server.GetAsync("/events")).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Without_the_setting_only_pages_of_its_own_are_let_in_and_programs()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await ServerProcess.StartAsync(directory.Path, "--store", "memory", "--allowed-hosts", "hub.example.com");
        var own = server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority);
        Assert.Equal(202, await PublishAsync(server));
        Assert.Equal(202, await PublishAsync(server, ("Origin", own), ("Sec-Fetch-Site", "same-origin")));
        Assert.Equal(202, await PublishAsync(server, ("Origin", own))); // a browser that sends no more
        Assert.Equal(202, await PublishAsync(server, ("Origin", "https://hub.example.com"), ("Host", "hub.example.com"))); // behind a proxy that does TLS
        Assert.Equal(202, await PublishAsync(server, ("Origin", "https://hub.example.com"), ("Sec-Fetch-Site", "same-origin"))); // and hides the host
        Assert.Equal(403, await PublishAsync(server, ("Origin", "https://hub.example.com"), ("Sec-Fetch-Site", "same-site")));
        Assert.Equal(403, await PublishAsync(server, ("Origin", "http://hub.example.com:81"), ("Host", "hub.example.com")));
        using var unread = await SendAsync(server, "GET", "/events", null, ("Origin", own));
        Assert.DoesNotContain("Access-Control-Allow-Origin", unread.Headers.Select(header => header.Key));
    }

    [Fact]
    public async Task A_page_that_has_its_own_name_point_at_the_hub_is_refused()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await ServerProcess.StartAsync(directory.Path, "--store", "memory");
        foreach (var (method, path, body) in new[] { ("GET", "/events", null), ("GET", "/events/stream", null), ("POST", "/events", """{"type":"a","payload":1}"""), ("POST", "/rpc/negotiate?negotiateVersion=1", "") })
        {
            // What browsers send of such a page: it is of one origin with the hub for them, and where it is not https they say no more than the host.
            foreach (var host in new[] { "evil.example", "evil.example:3000", "127.0.0.1.evil.example", "localhost.evil.example", "169.254.1.1" })
            {
                using var refused = await SendAsync(server, method, path, body, ("Host", host));
                Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
                Assert.Contains("HOST_NOT_ALLOWED", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
                using var own = await SendAsync(server, method, path, body, ("Host", host), ("Origin", $"http://{host}"), ("Sec-Fetch-Site", "same-origin"));
                Assert.Equal(HttpStatusCode.Forbidden, own.StatusCode);
            }

            foreach (var host in new[] { "localhost", "LOCALHOST:3000", "hub.localhost", "127.0.0.1", "127.1.2.3:80", "[::1]:3000" })
            {
                using var answered = await SendAsync(server, method, path, body, ("Host", host));
                Assert.InRange((int)answered.StatusCode, 200, 202);
            }
        }
    }

    [Fact]
    public async Task Pages_of_an_origin_that_is_allowed_may_do_everything()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await ServerProcess.StartAsync(directory.Path, "--store", "memory", "--cors-origins", $"http://other.example,{Page}");
        foreach (var path in new[] { "/events", "/events/stream", "/webhooks/1", "/rpc/negotiate" })
        {
            using var preflight = await SendAsync(
                server, "OPTIONS", path, null, ("Origin", Page), ("Access-Control-Request-Method", "PATCH"), ("Access-Control-Request-Headers", "content-type,last-event-id,authorization"));
            Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
            Assert.Equal((Page, "true"), (Value(preflight, "Access-Control-Allow-Origin"), Value(preflight, "Access-Control-Allow-Credentials")));
            Assert.Equal("content-type,last-event-id,authorization", Value(preflight, "Access-Control-Allow-Headers"));
            Assert.Contains("PATCH", Value(preflight, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
        }

        using var published = await SendAsync(server, "POST", "/events", """{"type":"a","payload":1}""", ("Origin", Page));
        Assert.Equal(HttpStatusCode.Accepted, published.StatusCode);
        Assert.Equal((Page, "Origin"), (Value(published, "Access-Control-Allow-Origin"), Value(published, "Vary")));
        Assert.Contains("Retry-After", Value(published, "Access-Control-Expose-Headers"), StringComparison.Ordinal);
        foreach (var path in new[] { "/events?order=up", "/nowhere", "/events/stream?since=x" })
        {
            // A page is to be able to read what was wrong, too.
            using var refused = await SendAsync(server, "GET", path, null, ("Origin", Page));
            Assert.InRange((int)refused.StatusCode, 400, 404);
            Assert.Equal(Page, Value(refused, "Access-Control-Allow-Origin"));
        }

        using var stream = await SendAsync(server, "GET", "/events/stream", null, ("Origin", Page));
        Assert.Equal(("text/event-stream", Page), (stream.Content.Headers.ContentType!.MediaType, Value(stream, "Access-Control-Allow-Origin")));
    }

    /// <summary>Lets pages of one other origin in.</summary>
    public sealed class RefusingServer() : SharedServer("--store", "memory", "--cors-origins", "http://other.example");

    private static async Task<int> PublishAsync(ServerProcess server, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(server, "POST", "/events", """{"type":"a","payload":1}""", headers);
        return (int)response.StatusCode;
    }

    private static async Task<HttpResponseMessage> SendAsync(ServerProcess server, string method, string path, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null) request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)); // with no type: a page may send that without asking
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    private static string Value(HttpResponseMessage response, string name) => string.Join(",", response.Headers.GetValues(name));
}
