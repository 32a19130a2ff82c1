using System.Text.Json.Nodes;
using EventHub.Client.Journal;
using EventHub.Client.Tests.Support;
using EventHub.Client.Webhooks;

namespace EventHub.Client.Tests.Webhooks;

/// <summary>Webhooks, dispatches and dead letters of a real hub, with a real receiver.</summary>
public sealed class WebhookManagementTests
{
    [Fact]
    public async Task Webhooks_are_created_found_changed_and_deleted_with_every_setting()
    {
        await using var hub = await Hub.StartAsync();
        var webhooks = hub.Client.Webhooks;
        var delivery = new DeliverySettings
        {
            Guarantee = "at_most_once", OrderingKey = "user_id", Delay = TimeSpan.FromSeconds(1.5), Timeout = TimeSpan.FromMilliseconds(2500), Concurrency = 3, Partitions = 2,
            RateLimit = new RateLimit { Limit = 5, Period = TimeSpan.FromSeconds(2) },
            Retry = new RetrySettings { Limit = 2, Schedule = [TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(7)] },
        };
        var created = await webhooks.CreateAsync(
            new NewWebhook
            {
                Url = "http://127.0.0.1:1/hook", Events = ["a.*", "b"], Name = "n", Source = "s", Format = "payload", Headers = new Dictionary<string, string> { ["X-Key"] = "v" },
                Delivery = delivery, Paused = true, CreatedBy = "me",
            },
            Token);
        Assert.StartsWith("whsec_", created.Secret, StringComparison.Ordinal);
        var found = (await webhooks.FindAsync(created.Id, Token))!;
        Assert.Null(found.Secret);
        Assert.Equal(
            ("n", "http://127.0.0.1:1/hook", "s", "payload", true, true, true, "me"),
            (found.Name, found.Url, found.Source, found.Format, found.HasSecret, found.Active, found.Paused, found.CreatedBy));
        Assert.Equal(["a.*", "b"], found.Events);
        Assert.Equal("v", found.Headers!["X-Key"]);
        Assert.Equal(delivery with { Retry = null }, found.Delivery! with { Retry = null });
        Assert.Equal(delivery.Retry.Schedule, found.Delivery.Retry!.Schedule);

        var changed = await webhooks.UpdateAsync(
            created.Id,
            new WebhookChange
            {
                Active = false,
                Delivery = new DeliverySettings
                {
                    Retry = new RetrySettings { Limit = 9, Exponential = new ExponentialRetry { Initial = TimeSpan.FromSeconds(1), Max = TimeSpan.FromSeconds(60), Factor = 3, Jitter = "full" } },
                },
            },
            Token);
        Assert.Equal((false, "n", "user_id", 9, 3.0, "full"), (changed.Active, changed.Name, changed.Delivery!.OrderingKey, changed.Delivery.Retry!.Limit, changed.Delivery.Retry.Exponential!.Factor, changed.Delivery.Retry.Exponential.Jitter));
        var reset = await webhooks.UpdateAsync(created.Id, new JsonObject { ["ordering_key"] = null, ["secret"] = null }, Token);
        Assert.Equal((null, false), (reset.Delivery!.OrderingKey, reset.HasSecret));
        Assert.Equal(created.Id, Assert.Single(await webhooks.ListAsync(Token)).Id);
        Assert.True(await webhooks.DeleteAsync(created.Id, Token));
        Assert.False(await webhooks.DeleteAsync(created.Id, Token));
        Assert.Null(await webhooks.FindAsync(created.Id, Token));
    }

    [Fact]
    public async Task A_refusal_names_the_fields()
    {
        await using var hub = await Hub.StartAsync();
        var refusal = await Assert.ThrowsAsync<EventHubException>(() => hub.Client.Webhooks.CreateAsync(new NewWebhook { Url = "ftp://x", Events = ["user*"] }, Token));
        Assert.Equal(["events[0]", "url"], refusal.Errors.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("ftp://x", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_of_the_hub_are_genuine_also_by_either_secret_of_a_rotation()
    {
        await using var hub = await Hub.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        var webhook = await hub.Client.Webhooks.CreateAsync(new NewWebhook { Url = receiver.Url + "/hook", Events = ["never"] }, Token);
        await hub.Client.Webhooks.TestAsync(webhook.Id, Token);
        await receiver.WaitUntilAsync(static requests => requests.Count == 1);
        var rotated = await hub.Client.Webhooks.RotateSecretAsync(webhook.Id, grace: TimeSpan.FromHours(1), cancellationToken: Token);
        Assert.NotNull(rotated.PreviousSecretExpiresAt);
        var test = await hub.Client.Webhooks.TestAsync(webhook.Id, Token);
        await receiver.WaitUntilAsync(static requests => requests.Count == 2);
        var (before, after) = (receiver.Requests.First(), receiver.Requests.Last());
        Assert.Equal(test.ToString(), after.EventId);
        Assert.True(Verify(before, webhook.Secret!));
        Assert.False(Verify(before, rotated.Secret));
        Assert.True(Verify(after, webhook.Secret!));
        Assert.True(Verify(after, rotated.Secret));
        Assert.True(Verify(after, "other", rotated.Secret));
        Assert.True(new WebhookVerifier(rotated.Secret).VerifyBody(after.Headers["X-Signature"], after.Body));
        Assert.False(new WebhookVerifier(webhook.Secret!).VerifyBody(after.Headers["X-Signature"], after.Body));

        static bool Verify(ReceivedRequest request, params string[] secrets) =>
            new WebhookVerifier(secrets).TryVerify(name => request.Headers.GetValueOrDefault(name), request.Body, out _);
    }

    [Fact]
    public async Task Dispatches_and_dead_letters_are_listed_delivered_again_and_dismissed()
    {
        await using var hub = await Hub.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = static _ => 400;
        var webhook = await hub.Client.Webhooks.CreateAsync(new NewWebhook { Url = receiver.Url, Events = ["*"], Name = "w" }, Token);
        var published = await hub.Client.PublishBatchAsync([.. Enumerable.Range(0, 5).Select(i => new NewEvent { Type = $"t{i}", Payload = $"{i}.0" })], Token);
        var letters = await Eventually.HasAsync(async () => await hub.Client.DeadLetters.ListAsync(cancellationToken: Token).ToListAsync(Token), static l => l.Count == 5);
        var letter = letters.Single(l => l.EventId == published[3].EventId);
        Assert.Equal(("failed", "w", "3.0", 400), (letter.Status, letter.Subscription!.Name, letter.Event!.Payload.GetRawText(), letter.Attempts.Single().HttpStatus));
        Assert.Equal("t3", Assert.Single(await hub.Client.DeadLetters.ListAsync(new DeadLetterFilter { Type = "t3" }, Token).ToListAsync(Token)).Event!.Type);
        Assert.Equal(letter.Id, (await hub.Client.DeadLetters.FindAsync(letter.Id, Token))!.Id);

        receiver.Answer = static _ => 200;
        var again = await hub.Client.DeadLetters.RedriveAsync(letter.Id, Token);
        var dispatch = await Eventually.HasAsync(async () => (await hub.Client.Dispatches.FindAsync(again, Token))!, static d => d.Status == "complete");
        Assert.Equal((200, published[3].EventId), (dispatch.Attempts!.Single().HttpStatus, dispatch.EventId));
        Assert.True(await hub.Client.DeadLetters.DismissAsync(letters.Single(l => l.EventId == published[0].EventId).Id, Token));
        Assert.Equal(3, await hub.Client.DeadLetters.RedriveAllAsync(new DeadLetterFilter { SubscriptionId = webhook.Id }, Token));
        await Eventually.HasAsync(async () => await hub.Client.Dispatches.ListAsync(new DispatchQuery { Status = "complete", PageSize = 2 }, Token).ToListAsync(Token), static l => l.Count == 4);

        var retried = await hub.Client.Dispatches.RetryAsync(again, new DispatchRetry { Delay = TimeSpan.FromHours(1), MaxRetries = 1, RetryDelay = TimeSpan.FromSeconds(2) }, Token);
        Assert.Equal("ongoing", (await hub.Client.Dispatches.FindAsync(retried, Token))!.Status);
        Assert.Equal("DISPATCH_IS_ONGOING", (await Assert.ThrowsAsync<EventHubException>(() => hub.Client.Dispatches.RetryAsync(retried, cancellationToken: Token))).Code);
        var ofEvent = await hub.Client.Dispatches.ListAsync(new DispatchQuery { EventId = published[3].EventId, OldestFirst = true }, Token).ToListAsync(Token);
        Assert.Equal([letter.Id, again, retried], ofEvent.Select(d => d.Id));
        Assert.Equal(3, (await hub.Client.FindEventAsync(published[3].EventId, Token))!.Dispatches.Count);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
