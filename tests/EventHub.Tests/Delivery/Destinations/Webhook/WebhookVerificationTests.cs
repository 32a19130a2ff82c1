using System.Text;
using System.Text.Json;
using EventHub.Delivery.Destinations;
using EventHub.Delivery.Destinations.Webhook;
using EventHub.Events;
using EventHub.Routing;

namespace EventHub.Tests.Delivery.Destinations.Webhook;

/// <summary>Real requests, judged by somebody else's code.</summary>
public sealed class WebhookVerificationTests
{
    private readonly TestProtector _protector = new();

    [Theory]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("any other secret")]
    public async Task The_reference_implementation_accepts_every_format(string secret)
    {
        await using var receiver = await Receiver.StartAsync();
        using var client = Webhooks.Client(secrets: _protector);
        foreach (var format in Enum.GetValues<WebhookFormat>()) await SendAsync(client, receiver, Webhooks.Event(), format, secret);
        Assert.Equal(4, receiver.Requests.Count);
        var (exitCode, output) = await NodeVerifier.VerifyAsync(receiver.Requests, secret);
        Assert.True(exitCode == 0, output);
        Assert.Contains("4 verified", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_accepts_either_secret_during_a_rotation()
    {
        var (newer, older) = (WebhookSecret.Generate(), WebhookSecret.Generate());
        await using var receiver = await Receiver.StartAsync();
        using var client = Webhooks.Client(secrets: _protector);
        var destination = Webhooks.To(receiver.Url) with { Secrets = [Protect(newer), Protect(older) with { ExpiresAt = DateTimeOffset.MaxValue }] };
        await client.SendAsync(Webhooks.Request(destination), TestContext.Current.CancellationToken);
        Assert.Equal(0, (await NodeVerifier.VerifyAsync(receiver.Requests, newer)).ExitCode);

        // X-Signature has room for one secret, the newest: with the older one only Standard Webhooks verifies.
        Assert.Contains("X-Signature does not match", (await NodeVerifier.VerifyAsync(receiver.Requests, older)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_refuses_what_was_tampered_with()
    {
        var secret = WebhookSecret.Generate();
        await using var receiver = await Receiver.StartAsync();
        using var client = Webhooks.Client(secrets: _protector);
        await SendAsync(client, receiver, Webhooks.Event(), WebhookFormat.Envelope, secret);
        var tampered = receiver.Single with { Body = Encoding.UTF8.GetBytes(receiver.Single.Text.Replace("user-123", "user-124", StringComparison.Ordinal)) };
        Assert.Equal(1, (await NodeVerifier.VerifyAsync([tampered], secret)).ExitCode);
        Assert.Equal(1, (await NodeVerifier.VerifyAsync([receiver.Single], WebhookSecret.Generate())).ExitCode);
    }

    [Fact]
    public async Task Real_payloads_arrive_byte_for_byte_and_verify()
    {
        var secret = WebhookSecret.Generate();
        var lines = await File.ReadAllLinesAsync(NodeVerifier.RepositoryFile("shared/data/github-events.ndjson"), TestContext.Current.CancellationToken);
        Assert.Equal(329, lines.Length);
        await using var receiver = await Receiver.StartAsync();
        using var client = Webhooks.Client(secrets: _protector);
        var payloads = new List<string>();
        foreach (var line in lines)
        {
            using var parsed = JsonDocument.Parse(line);
            var payload = parsed.RootElement.GetProperty("payload").GetRawText();
            payloads.Add(payload);
            var source = new Event
            {
                Id = new Guid(payloads.Count, 0, 0, new byte[8]), Type = parsed.RootElement.GetProperty("type").GetString()!, Source = parsed.RootElement.GetProperty("source").GetString()!,
                Payload = Encoding.UTF8.GetBytes(payload), CreatedAt = Webhooks.CreatedAt,
            };
            await SendAsync(client, receiver, source, WebhookFormat.Payload, secret);
            await SendAsync(client, receiver, source, WebhookFormat.Envelope, secret);
            await SendAsync(client, receiver, source, WebhookFormat.CloudEvents, secret);
        }

        var received = receiver.Requests;
        Assert.Equal(3 * 329, received.Count);
        for (var i = 0; i < payloads.Count; i++)
        {
            Assert.Equal(payloads[i], received[3 * i].Text);
            using var envelope = JsonDocument.Parse(received[(3 * i) + 1].Body);
            Assert.Equal(payloads[i], envelope.RootElement.GetProperty("event").GetProperty("payload").GetRawText());
            using var cloudEvent = JsonDocument.Parse(received[(3 * i) + 2].Body);
            Assert.Equal(payloads[i], cloudEvent.RootElement.GetProperty("data").GetRawText());
        }

        var (exitCode, output) = await NodeVerifier.VerifyAsync(received, secret);
        Assert.True(exitCode == 0, output);
        Assert.Contains("987 verified", output, StringComparison.Ordinal);
    }

    private ProtectedSecret Protect(string secret) => new(_protector.Protect(secret), null);

    private async Task SendAsync(WebhookClient client, Receiver receiver, Event source, WebhookFormat format, string secret)
    {
        var destination = Webhooks.To(receiver.Url, format) with { Secrets = [Protect(secret)] };
        var outcome = await client.SendAsync(Webhooks.Request(destination, source), TestContext.Current.CancellationToken);
        Assert.Equal(AttemptKind.Complete, outcome.Kind);
    }
}
