namespace EventHub.Client.Consumers;

internal sealed record ConsumerList(IReadOnlyList<Consumer> Consumers);
