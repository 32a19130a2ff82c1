namespace EventHub.Client.Webhooks;

internal sealed record WebhookList(IReadOnlyList<Webhook> Webhooks);
