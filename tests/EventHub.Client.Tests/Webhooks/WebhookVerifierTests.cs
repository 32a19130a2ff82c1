using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using EventHub.Client.Tests.Support;
using EventHub.Client.Webhooks;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Client.Tests.Webhooks;

public sealed class WebhookVerifierTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static readonly byte[] s_body = Encoding.UTF8.GetBytes("""{"a": "😀", "n": 1.0}""");
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task The_reference_implementation_and_this_one_take_each_others_signatures()
    {
        // Signs by the reference, and verifies with it what was signed here.
        const string Script = """
            import { Webhook } from "standardwebhooks";
            const { secret, id, body, mine } = JSON.parse(process.argv[2]);
            const bytes = Buffer.from(body, "base64"), webhook = new Webhook(secret), time = new Date();
            webhook.verify(bytes, { "webhook-id": id, "webhook-timestamp": mine.timestamp, "webhook-signature": mine.signature });
            process.stdout.write(JSON.stringify({ timestamp: String(Math.floor(time / 1000)), signature: webhook.sign(id, time, bytes.toString("utf8")) }));
            """;
        var mine = WebhookSignature.Create(Secret, "msg_1", TimeProvider.System.GetUtcNow(), s_body);
        var input = new JsonObject
        {
            ["secret"] = Secret, ["id"] = "msg_1", ["body"] = Convert.ToBase64String(s_body),
            ["mine"] = new JsonObject { ["timestamp"] = mine.Timestamp, ["signature"] = mine.Signature },
        };
        var path = Path.Combine(Repository.Root, "tests/node", $"sign-{Guid.NewGuid():N}.mjs");
        try
        {
            await File.WriteAllTextAsync(path, Script, TestContext.Current.CancellationToken);
            using var node = Process.Start(new ProcessStartInfo("node", [path, input.ToJsonString()]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (output, error) = (await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), await node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            Assert.True(error.Length == 0, error);
            var theirs = JsonNode.Parse(output)!;
            Assert.True(Verify(new WebhookVerifier(Secret), "msg_1", (string)theirs["timestamp"]!, (string)theirs["signature"]!, out var reason), reason);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void The_example_of_the_specification_is_genuine()
    {
        // From the specification of Standard Webhooks.
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1614265330));
        var verifier = new WebhookVerifier(Secret) { TimeProvider = time };
        var headers = new Dictionary<string, string>
        {
            ["webhook-id"] = "msg_p5jXN8AQM9LWM0D4loKWxJek", ["webhook-timestamp"] = "1614265330", ["webhook-signature"] = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        };
        Assert.True(verifier.TryVerify(headers.GetValueOrDefault, "{\"test\": 2432232314}"u8, out _));
        Assert.False(verifier.TryVerify(headers.GetValueOrDefault, "{\"test\": 2432232315}"u8, out _));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void A_request_counts_for_five_minutes(int seconds, bool isGenuine)
    {
        var signed = WebhookSignature.Create("s", "m", _time.GetUtcNow().AddSeconds(seconds), s_body);
        Assert.Equal(isGenuine, Verify(new WebhookVerifier("s") { TimeProvider = _time }, signed.Id, signed.Timestamp, signed.Signature, out var reason));
        Assert.Equal(isGenuine, reason is null);
    }

    [Fact]
    public void Nothing_may_be_changed_or_left_out()
    {
        var signed = WebhookSignature.Create("s", "m", _time.GetUtcNow(), s_body);
        var verifier = new WebhookVerifier("s") { TimeProvider = _time };
        Assert.True(Verify(verifier, "m", signed.Timestamp, signed.Signature, out _));
        Assert.True(Verify(verifier, "m", signed.Timestamp, $"v1a,xyz v1,AAAA v1,*** {signed.Signature}", out _));
        Assert.False(Verify(verifier, "n", signed.Timestamp, signed.Signature, out _));
        Assert.False(Verify(verifier, "m", signed.Timestamp + "0", signed.Signature, out _));
        Assert.False(Verify(verifier, "m", signed.Timestamp, signed.Signature[3..], out _));
        Assert.False(Verify(verifier, "m", signed.Timestamp, "v1,", out _));
        Assert.False(Verify(verifier, "m", signed.Timestamp, "v1," + new string('A', 4000), out _));
        Assert.False(Verify(verifier, "m", "-1", signed.Signature, out _));
        Assert.False(Verify(verifier, "m", "99999999999999", signed.Signature, out _));
        Assert.False(Verify(verifier, null, signed.Timestamp, signed.Signature, out var reason));
        Assert.Equal("webhook-id is missing", reason);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256=")]
    [InlineData("sha256=zz")]
    [InlineData("sha256=0000")]
    [InlineData("md5=00")]
    public void A_body_signature_of_another_form_is_not_genuine(string? signature) => Assert.False(new WebhookVerifier("s").VerifyBody(signature, s_body));

    [Fact]
    public void A_secret_that_is_none_is_refused_when_it_is_set()
    {
        Assert.Throws<FormatException>(() => new WebhookVerifier("whsec_*"));
        Assert.ThrowsAny<ArgumentException>(() => new WebhookVerifier(""));
        Assert.ThrowsAny<ArgumentException>(() => new WebhookVerifier([]));
    }

    private static bool Verify(WebhookVerifier verifier, string? id, string timestamp, string signature, out string? reason) => verifier.TryVerify(
        name => name switch
        {
            "webhook-id" => id,
            "webhook-timestamp" => timestamp,
            "webhook-signature" => signature,
            _ => null,
        },
        s_body,
        out reason);
}
