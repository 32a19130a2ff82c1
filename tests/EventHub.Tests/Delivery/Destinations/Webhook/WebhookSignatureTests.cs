using System.Security.Cryptography;
using System.Text;
using EventHub.Delivery.Destinations;
using EventHub.Delivery.Destinations.Webhook;
using EventHub.Routing;

namespace EventHub.Tests.Delivery.Destinations.Webhook;

public sealed class WebhookSignatureTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    private readonly TestProtector _protector = new();

    /// <summary>The example of the Standard Webhooks specification and of its reference libraries.</summary>
    [Fact]
    public void The_signature_of_the_specification_comes_out()
    {
        using var message = new HttpRequestMessage();
        Sign(message, "msg_p5jXN8AQM9LWM0D4loKWxJek", """{"test": 2432232314}""", Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
        Assert.Equal("msg_p5jXN8AQM9LWM0D4loKWxJek", Header(message, "webhook-id"));
        Assert.Equal("1614265330", Header(message, "webhook-timestamp"));
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", Header(message, "webhook-signature"));
    }

    /// <summary>HMAC-SHA256 over the exact body, in lower-case hex; the vector of RFC 4231, test case 2.</summary>
    [Fact]
    public void A_secret_without_whsec_is_used_as_its_bytes()
    {
        using var message = new HttpRequestMessage();
        Sign(message, "id", "what do ya want for nothing?", Secret("Jefe"));
        Assert.Equal("sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", Header(message, "x-signature"));
        using var other = new HttpRequestMessage();
        Sign(other, "id", "{}", Secret("schlüssel"));
        Assert.Equal("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes("schlüssel"), "{}"u8)), Header(other, "x-signature"));
    }

    [Fact]
    public void During_a_rotation_both_secrets_sign()
    {
        using var both = new HttpRequestMessage();
        Sign(both, "id", "{}", Secret("new"), Secret("old", s_now.AddSeconds(1)));
        using var onlyNew = new HttpRequestMessage();
        Sign(onlyNew, "id", "{}", Secret("new"));
        using var onlyOld = new HttpRequestMessage();
        Sign(onlyOld, "id", "{}", Secret("old"));
        Assert.Equal($"{Header(onlyNew, "webhook-signature")} {Header(onlyOld, "webhook-signature")}", Header(both, "webhook-signature"));
        Assert.Equal(Header(onlyNew, "x-signature"), Header(both, "x-signature"));
    }

    [Fact]
    public void A_secret_past_its_time_signs_no_more()
    {
        using var message = new HttpRequestMessage();
        Sign(message, "id", "{}", Secret("new"), Secret("old", s_now));
        Assert.DoesNotContain(" ", Header(message, "webhook-signature"), StringComparison.Ordinal);
        using var unsigned = new HttpRequestMessage();
        Sign(unsigned, "id", "{}", Secret("old", s_now.AddSeconds(-1)));
        Assert.Empty(unsigned.Headers);
    }

    [Fact]
    public void A_secret_is_decrypted_once()
    {
        var keys = new SigningKeyCache(_protector, capacity: 2);
        for (var i = 0; i < 10; i++) keys.Get(_protector.Protect("a"));
        Assert.Equal(1, _protector.Unprotected);
        foreach (var secret in new[] { "b", "c", "d", "e" }) keys.Get(_protector.Protect(secret));
        Assert.Equal(5, _protector.Unprotected);
    }

    [Fact]
    public void One_key_signs_for_many_at_once()
    {
        using var key = new SigningKey("key"u8.ToArray());
        Parallel.For(0, 1000, i =>
        {
            var body = Encoding.UTF8.GetBytes($"body {i}");
            var mac = new byte[32];
            key.Sign("prefix."u8, body, mac);
            Assert.Equal(HMACSHA256.HashData("key"u8, [.. "prefix."u8, .. body]), mac);
        });
    }

    [Theory]
    [InlineData(false, "cannot be decrypted")]
    [InlineData(true, "no base64 follows")]
    public async Task A_secret_that_cannot_be_used_sends_nothing(bool isDecryptable, string error)
    {
        await using var receiver = await Receiver.StartAsync();
        using var client = Webhooks.Client(secrets: _protector);
        var secret = isDecryptable ? Secret("whsec_!") : new ProtectedSecret("garbage", null);
        var outcome = await client.SendAsync(Webhooks.Request(Webhooks.To(receiver.Url) with { Secrets = [secret] }), TestContext.Current.CancellationToken);
        Assert.Equal(AttemptKind.Misconfigured, outcome.Kind);
        Assert.Contains(error, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(receiver.Requests);
    }

    [Fact]
    public async Task Without_a_protector_a_signed_webhook_is_misconfigured()
    {
        var outcome = await Webhooks.SendAsync(Webhooks.Request(Webhooks.To("http://127.0.0.1:9/") with { Secrets = [Secret("s")] }));
        Assert.Equal(AttemptKind.Misconfigured, outcome.Kind);
    }

    private static string Header(HttpRequestMessage message, string name) => Assert.Single(message.Headers.GetValues(name));

    private ProtectedSecret Secret(string secret, DateTimeOffset? expires = null) => new(_protector.Protect(secret), expires);

    private void Sign(HttpRequestMessage message, string id, string body, params ProtectedSecret[] secrets) =>
        new WebhookSigner(new SigningKeyCache(_protector)).Sign(message.Headers, secrets, id, Encoding.UTF8.GetBytes(body), s_now);
}
