namespace EventHub.Client.Consumers;

internal sealed record AckRequest(long Sequence);
