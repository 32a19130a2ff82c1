using EventHub.Delivery.Destinations.Webhook;

namespace EventHub.Tests.Delivery.Destinations.Webhook;

public sealed class WebhookUrlRulesTests
{
    [Theory]
    [InlineData("http://example.com")]
    [InlineData("https://example.com/hooks?a=b&c=%20")]
    [InlineData("HTTPS://EXAMPLE.COM:8443/")]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("http://[::1]:65535/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("https://bücher.example/ü")]
    [InlineData("http://service_name.internal/")]
    [InlineData("http://localhost/@user")]
    public void It_is_a_webhooks_url(string url) => Assert.Null(WebhookUrlRules.Validate(url));

    [Theory]
    [InlineData("", "empty")]
    [InlineData("example.com", "http or https")]
    [InlineData("/hooks", "http or https")]
    [InlineData("ftp://example.com/", "http or https")]
    [InlineData("file:///etc/passwd", "http or https")]
    [InlineData("javascript:alert(1)", "http or https")]
    [InlineData("http:/example.com", "http or https")]
    [InlineData("https:example.com", "http or https")]
    [InlineData("http://", "no host")]
    [InlineData("http:///path", "no host")]
    [InlineData("http://:80/", "no host")]
    [InlineData("http://user:pass@example.com/", "user info")]
    [InlineData("http://@example.com/", "user info")]
    [InlineData("http://user@example.com", "user info")]
    [InlineData("http://example.com/#part", "fragment")]
    [InlineData("http://example.com/a b", "white space")]
    [InlineData(" http://example.com/", "white space")]
    [InlineData("http://example.com/\n", "white space")]
    [InlineData("http://example.com/\0", "control character")]
    [InlineData("http:\\\\example.com\\", "backslash")]
    [InlineData("http://a.example\\@b.example/", "backslash")]
    [InlineData("http://example.com:0/", "port")]
    [InlineData("http://example.com:65536/", "port")]
    [InlineData("http://example.com:99999999999/", "port")]
    [InlineData("http://example.com:/", "port")]
    [InlineData("http://example.com:80x/", "port")]
    [InlineData("http://[::1/", "not a valid URL")]
    [InlineData("http://exa<mple.com/", "not a valid URL")]
    [InlineData("http://😀.example/", "basic plane")]
    public void It_is_none(string url, string error) => Assert.Contains(error, WebhookUrlRules.Validate(url), StringComparison.Ordinal);

    [Fact]
    public void Its_length_has_a_bound()
    {
        const string start = "http://example.com/";
        Assert.Null(WebhookUrlRules.Validate(start + new string('x', 2048 - start.Length)));
        Assert.Contains("2048", WebhookUrlRules.Validate(start + new string('x', 2049 - start.Length)), StringComparison.Ordinal);
    }
}
