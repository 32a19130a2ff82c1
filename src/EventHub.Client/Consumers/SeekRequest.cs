namespace EventHub.Client.Consumers;

internal sealed record SeekRequest(string To);
