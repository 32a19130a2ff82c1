using EventHub.Delivery.Destinations.Webhook;

namespace EventHub.Tests.Delivery.Destinations.Webhook;

public sealed class WebhookSecretTests
{
    [Fact]
    public void A_new_secret_holds_32_random_bytes()
    {
        var secret = WebhookSecret.Generate();
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.Equal(32, WebhookSecret.Decode(secret).Length);
        Assert.Null(WebhookSecret.Validate(secret));
        Assert.NotEqual(secret, WebhookSecret.Generate());
    }

    [Theory]
    [InlineData("s")]
    [InlineData("any text, even with blanks")]
    [InlineData("größe 😀")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_AAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("WHSEC_not a prefix")]
    public void It_is_a_secret(string secret) => Assert.Null(WebhookSecret.Validate(secret));

    [Theory]
    [InlineData("", "empty")]
    [InlineData("line\n", "control character")]
    [InlineData("whsec_", "at least 16")]
    [InlineData("whsec_c2hvcnQ=", "at least 16")]
    [InlineData("whsec_not base64", "base64")]
    [InlineData("whsec_AAAAAAAAAAAAAAAAAAAAAA", "base64")]
    [InlineData("whsec_AAAAAAAAAAAAA AAAAAAAAA==", "base64")]
    [InlineData("whsec_AAAAAAAAAAAAAAAAAAAAA-_=", "base64")]
    public void It_is_none(string secret, string error)
    {
        var text = WebhookSecret.Validate(secret);
        Assert.Contains(error, text, StringComparison.Ordinal);
        if (secret.Length > 6) Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_no_text() => Assert.Contains("surrogate", WebhookSecret.Validate("half" + '\ud83d'), StringComparison.Ordinal);

    [Fact]
    public void Its_length_has_bounds()
    {
        Assert.Null(WebhookSecret.Validate(new string('s', 512)));
        Assert.Contains("512", WebhookSecret.Validate(new string('s', 513)), StringComparison.Ordinal);
    }
}
