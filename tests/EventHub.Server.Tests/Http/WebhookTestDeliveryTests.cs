using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EventHub.Hosting;
using Xunit;

namespace EventHub.Server.Tests.Http;

public sealed class WebhookTestDeliveryTests
{
    private const int Limit = 300_000;

    [Fact(Timeout = Limit)]
    public async Task A_test_reaches_the_webhook_alone_whatever_its_patterns_signed_with_the_secret_that_was_shown()
    {
        await using var hub = await ManagementHub.StartAsync(HubRoles.All);
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var other = await WebhookReceiver.StartAsync();
        var (id, secret) = await CreateAsync(hub, receiver.Url, "never.matches");
        await CreateAsync(hub, other.Url, "*");

        var (_, answer) = await hub.SendAsync("POST", $"/webhooks/{id}/test");
        var request = await receiver.NextAsync();

        Assert.Equal("webhook.triggered", request.Headers["X-Event-Type"]);
        Assert.Equal(answer.Text("event_id"), request.Headers["X-Event-Id"]);
        Assert.Equal(Signature(secret, request.Body), request.Headers["X-Signature"]);
        Assert.Equal(id, JsonDocument.Parse(request.Body).RootElement.GetProperty("event").GetProperty("payload").Text("webhook_id"));

        // The other one takes everything but that: what it gets first is what is published next.
        var next = await hub.PublishAsync("user.created");
        Assert.Equal(next, (await other.NextAsync()).Headers["X-Event-Id"]);
    }

    [Fact(Timeout = Limit)]
    public async Task During_a_rotation_both_secrets_sign()
    {
        await using var hub = await ManagementHub.StartAsync(HubRoles.All);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (id, _) = await CreateAsync(hub, receiver.Url, "*");
        var (_, rotated) = await hub.SendAsync("POST", $"/webhooks/{id}/rotate-secret");

        await hub.SendAsync("POST", $"/webhooks/{id}/test");
        var request = await receiver.NextAsync();

        Assert.Equal(2, request.Headers["webhook-signature"].Split(' ').Length);
        Assert.Equal(Signature(rotated.Text("secret"), request.Body), request.Headers["X-Signature"]);
    }

    private static async Task<(string Id, string Secret)> CreateAsync(ManagementHub hub, string url, string pattern)
    {
        var (status, created) = await hub.SendAsync("POST", "/webhooks", $$"""{"url":"{{url}}","events":["{{pattern}}"]}""");
        Assert.Equal(201, status);
        return (created.Text("webhookId"), created.GetProperty("webhook").Text("secret"));
    }

    private static string Signature(string secret, byte[] body) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), body));
}
