namespace EventHub.Client.Consumers;

internal sealed record ConsumerRequest(IReadOnlyList<string> Events, string Start);
