using System.Text.Json;
using EventHub.Delivery.Destinations;
using EventHub.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventHub.Server.Tests.Http;

public sealed class WebhookEndpointTests : IAsyncLifetime
{
    private const string Minimal = """{"url":"https://example.com/hooks","events":["user.*"]}""";
    private ManagementHub _hub = null!;

    public async ValueTask InitializeAsync() => _hub = await ManagementHub.StartAsync();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task A_webhook_is_created_read_changed_and_deleted()
    {
        var (status, created) = await _hub.SendAsync("POST", "/webhooks", """{"url":"https://example.com/hooks","events":["user.*"],"secret":null,"timeout_ms":500}""");
        Assert.Equal(201, status);
        Assert.Equal(["success", "webhookId", "webhook"], created.Names());
        var id = created.Text("webhookId");
        var webhook = created.GetProperty("webhook");
        Assert.Equal(id, webhook.Text("id"));
        Assert.Equal("example.com", webhook.Text("name"));
        Assert.Equal(500, webhook.GetProperty("delivery").GetProperty("timeout_ms").GetInt32());

        (status, var found) = await _hub.SendAsync("GET", $"/webhooks/{id}");
        Assert.Equal((200, webhook.GetRawText()), (status, found.GetProperty("webhook").GetRawText()));

        (_, var list) = await _hub.SendAsync("GET", "/webhooks");
        Assert.Equal(webhook.GetRawText(), Assert.Single(list.GetProperty("webhooks").EnumerateArray()).GetRawText());

        (status, var changed) = await _hub.SendAsync("PATCH", $"/webhooks/{id}", """{"active":false,"retry":{"limit":9}}""");
        Assert.Equal(200, status);
        Assert.Equal(["success", "webhook"], changed.Names());
        Assert.False(changed.GetProperty("webhook").GetProperty("active").GetBoolean());
        Assert.Equal(9, changed.GetProperty("webhook").GetProperty("delivery").GetProperty("retry").GetProperty("limit").GetInt32());

        (status, var deleted) = await _hub.SendAsync("DELETE", $"/webhooks/{id}");
        Assert.Equal((200, """{"success":true}"""), (status, deleted.GetRawText()));
        (status, _) = await _hub.SendAsync("DELETE", $"/webhooks/{id}");
        Assert.Equal(404, status);
    }

    [Theory]
    [InlineData("GET", "", null)]
    [InlineData("PATCH", "", "{}")]
    [InlineData("DELETE", "", null)]
    [InlineData("POST", "/rotate-secret", "{}")]
    [InlineData("POST", "/test", null)]
    public async Task What_is_no_webhook_is_not_found(string method, string path, string? body)
    {
        var handler = await _hub.SubscribeAsync();
        foreach (var id in new[] { "none", handler })
        {
            var (status, problem) = await _hub.SendAsync(method, $"/webhooks/{id}{path}", body);
            Assert.Equal((404, "Webhook not found"), (status, problem.Text("error")));
        }

        var (found, _) = await _hub.SendAsync("GET", $"/subscriptions/{handler}");
        Assert.Equal(200, found);
        (_, var list) = await _hub.SendAsync("GET", "/webhooks");
        Assert.Equal(0, list.GetProperty("webhooks").GetArrayLength());
    }

    [Fact]
    public async Task A_secret_is_generated_and_shown_once()
    {
        var (_, created) = await _hub.SendAsync("POST", "/webhooks", Minimal);
        var secret = created.GetProperty("webhook").Text("secret");
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.Equal([secret], Secrets(created.Text("webhookId")));

        await NeverShown(secret, created.Text("webhookId"));
    }

    [Fact]
    public async Task A_null_secret_means_unsigned()
    {
        var (_, created) = await _hub.SendAsync("POST", "/webhooks", """{"url":"https://example.com","events":["a"],"secret":null}""");

        Assert.False(created.GetProperty("webhook").TryGetProperty("secret", out _));
        Assert.False(created.GetProperty("webhook").GetProperty("has_secret").GetBoolean());
        Assert.Empty(Secrets(created.Text("webhookId")));
    }

    [Fact]
    public async Task A_change_of_the_secret_replaces_it_at_once()
    {
        var id = (await _hub.SendAsync("POST", "/webhooks", Minimal)).Body.Text("webhookId");

        var (_, changed) = await _hub.SendAsync("PATCH", $"/webhooks/{id}", """{"secret":"a new one"}""");
        Assert.Equal("a new one", changed.GetProperty("webhook").Text("secret"));
        Assert.Equal(["a new one"], Secrets(id));
        await NeverShown("a new one", id);

        (_, changed) = await _hub.SendAsync("PATCH", $"/webhooks/{id}", """{"paused":true}""");
        Assert.False(changed.GetProperty("webhook").TryGetProperty("secret", out _));
        Assert.Equal(["a new one"], Secrets(id));

        await _hub.SendAsync("PATCH", $"/webhooks/{id}", """{"secret":null}""");
        Assert.Empty(Secrets(id));
    }

    [Fact]
    public async Task A_rotation_keeps_the_old_secret_for_its_grace_period()
    {
        var (_, created) = await _hub.SendAsync("POST", "/webhooks", """{"url":"https://example.com","events":["a"],"secret":"first"}""");
        var id = created.Text("webhookId");

        var (status, rotated) = await _hub.SendAsync("POST", $"/webhooks/{id}/rotate-secret", """{"secret":"second","grace_seconds":60}""");
        Assert.Equal((200, "second"), (status, rotated.Text("secret")));
        Assert.Equal(["second", "first"], Secrets(id));
        var old = Webhook(id).Secrets[1];
        Assert.Equal(Events.EventJson.Time(old.ExpiresAt!.Value), rotated.Text("previous_secret_expires_at"));
        Assert.InRange(old.ExpiresAt.Value, TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddSeconds(60));
        Assert.Null(Webhook(id).Secrets[0].ExpiresAt);

        (_, rotated) = await _hub.SendAsync("POST", $"/webhooks/{id}/rotate-secret");
        Assert.Equal([rotated.Text("secret"), "second"], Secrets(id));

        (_, rotated) = await _hub.SendAsync("POST", $"/webhooks/{id}/rotate-secret", """{"grace_seconds":0}""");
        Assert.Equal([rotated.Text("secret")], Secrets(id));
        Assert.Equal(JsonValueKind.Null, rotated.GetProperty("previous_secret_expires_at").ValueKind);
        await NeverShown(rotated.Text("secret"), id);
    }

    [Theory]
    [InlineData("""{"grace_seconds":-1}""", "grace_seconds")]
    [InlineData("""{"grace_seconds":2592001}""", "grace_seconds")]
    [InlineData("""{"grace_seconds":"1"}""", "grace_seconds")]
    [InlineData("""{"secret":1}""", "secret")]
    [InlineData("""{"secret":""}""", "secret")]
    [InlineData("""{"grace":1}""", "grace")]
    public async Task A_bad_rotation_is_refused_and_changes_nothing(string body, string field)
    {
        var (_, created) = await _hub.SendAsync("POST", "/webhooks", """{"url":"https://example.com","events":["a"],"secret":"first"}""");

        var (status, problem) = await _hub.SendAsync("POST", $"/webhooks/{created.Text("webhookId")}/rotate-secret", body);

        Assert.Equal(400, status);
        Assert.Equal([field], problem.ErrorFields());
        Assert.Equal(["first"], Secrets(created.Text("webhookId")));
    }

    [Fact]
    public async Task A_bad_change_names_fields_as_the_caller_wrote_them()
    {
        var id = (await _hub.SendAsync("POST", "/webhooks", Minimal)).Body.Text("webhookId");

        var (status, problem) = await _hub.SendAsync("PATCH", $"/webhooks/{id}", """{"url":"x","retry":{"limit":-1},"delivery":{"concurrency":0}}""");

        Assert.Equal(400, status);
        Assert.Equal(["delivery.concurrency", "retry.limit", "url"], problem.ErrorFields());
    }

    [Fact]
    public async Task A_test_publishes_an_event_that_names_the_webhook()
    {
        var id = (await _hub.SendAsync("POST", "/webhooks", Minimal)).Body.Text("webhookId");

        var (status, answer) = await _hub.SendAsync("POST", $"/webhooks/{id}/test");

        Assert.Equal(202, status);
        Assert.Equal(["success", "event_id"], answer.Names());
        var (_, found) = await _hub.SendAsync("GET", $"/events/{answer.Text("event_id")}");
        Assert.Equal("webhook.triggered", found.GetProperty("event").Text("type"));
        Assert.Equal(id, found.GetProperty("event").GetProperty("payload").Text("webhook_id"));
        Assert.Equal(id, Assert.Single(found.GetProperty("dispatches").EnumerateArray()).Text("subscription_id"));
    }

    private WebhookDestination Webhook(string id) =>
        (WebhookDestination)_hub.Services.GetRequiredService<SubscriptionService>().Find(id)!.Subscription.Destination;

    private IEnumerable<string> Secrets(string id) =>
        Webhook(id).Secrets.Select(s => _hub.Services.GetRequiredService<ISecretProtector>().Unprotect(s.Ciphertext));

    private async Task NeverShown(string secret, string id)
    {
        foreach (var path in new[] { "/webhooks", $"/webhooks/{id}", "/subscriptions", $"/subscriptions/{id}" })
        {
            var (_, body) = await _hub.SendAsync("GET", path);
            Assert.DoesNotContain(secret, body.GetRawText(), StringComparison.Ordinal);
            Assert.DoesNotContain(Webhook(id).Secrets[0].Ciphertext, body.GetRawText(), StringComparison.Ordinal);
        }
    }
}
