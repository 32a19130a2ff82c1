using EventHub.Delivery.Destinations.Webhook;

namespace EventHub.Tests.Delivery.Destinations.Webhook;

public sealed class WebhookHeaderRulesTests
{
    [Theory]
    [InlineData("Authorization", "Bearer abc")]
    [InlineData("X-Api-Key", "")]
    [InlineData("Accept", "*/*")]
    [InlineData("Cookie", "a=b; c=\"d\"")]
    [InlineData("Content-Language", "de")]
    public void They_can_be_set(string name, string value) => Assert.Null(WebhookHeaderRules.Validate(new Dictionary<string, string> { [name] = value }));

    [Theory]
    [InlineData("Content-Type")]
    [InlineData("user-agent")]
    [InlineData("X-Message-Id")]
    [InlineData("X-Event-Id")]
    [InlineData("X-Event-Type")]
    [InlineData("X-Event-Version")]
    [InlineData("X-Delivery-Attempt")]
    [InlineData("TraceParent")]
    [InlineData("tracestate")]
    [InlineData("x-signature")]
    [InlineData("Webhook-Id")]
    [InlineData("webhook-timestamp")]
    [InlineData("webhook-signature")]
    [InlineData("CE-Id")]
    [InlineData("ce-anything")]
    public void Ours_cannot_be_set(string name) => Assert.Contains("set by the hub", WebhookHeaderRules.ValidateName(name), StringComparison.Ordinal);

    [Theory]
    [InlineData("host")]
    [InlineData("Content-Length")]
    [InlineData("Content-Encoding")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Connection")]
    [InlineData("Keep-Alive")]
    [InlineData("TE")]
    [InlineData("Trailer")]
    [InlineData("Upgrade")]
    [InlineData("Expect")]
    [InlineData("Proxy-Authorization")]
    [InlineData("Proxy-Connection")]
    [InlineData("HTTP2-Settings")]
    public void Those_of_the_connection_cannot_be_set(string name) =>
        Assert.Contains("belongs to the HTTP connection", WebhookHeaderRules.ValidateName(name), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("a\r\nb")]
    [InlineData("größe")]
    [InlineData("(a)")]
    public void A_name_is_a_token(string name) => Assert.NotNull(WebhookHeaderRules.ValidateName(name));

    [Theory]
    [InlineData("a\r\nX-Other: b", "U+000D at 1")]
    [InlineData("a\n", "U+000A")]
    [InlineData("a\0b", "U+0000")]
    [InlineData("\t", "U+0009")]
    [InlineData("\u007f", "U+007F")]
    [InlineData("gr\u00f6\u00dfe", "U+00F6")]
    public void A_value_is_printable_ascii_and_never_shown(string value, string error)
    {
        var text = WebhookHeaderRules.Validate(new Dictionary<string, string> { ["X-Key"] = "secret" + value });
        Assert.Contains(error.Replace(" at 1", " at 7", StringComparison.Ordinal), text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Their_number_and_size_have_bounds()
    {
        Assert.Null(WebhookHeaderRules.Validate(Enumerable.Range(0, 32).ToDictionary(i => $"X-{i}", _ => "v")));
        Assert.Contains("32", WebhookHeaderRules.Validate(Enumerable.Range(0, 33).ToDictionary(i => $"X-{i}", _ => "v")), StringComparison.Ordinal);
        Assert.Null(WebhookHeaderRules.Validate(new Dictionary<string, string> { ["X-Big"] = new('v', 8192 - 9) }));
        Assert.Contains("8192", WebhookHeaderRules.Validate(new Dictionary<string, string> { ["X-Big"] = new('v', 8192 - 8) }), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_do_not_differ_by_case() =>
        Assert.Contains("twice", WebhookHeaderRules.Validate(new Dictionary<string, string> { ["X-A"] = "1", ["x-a"] = "2" }), StringComparison.Ordinal);
}
