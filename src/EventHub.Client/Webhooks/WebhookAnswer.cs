namespace EventHub.Client.Webhooks;

internal sealed record WebhookAnswer(Webhook Webhook);
