namespace EventHub.Client.Webhooks;

internal sealed record TestSent(Guid EventId);
