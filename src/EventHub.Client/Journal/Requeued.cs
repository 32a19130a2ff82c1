namespace EventHub.Client.Journal;

internal sealed record Requeued(string DispatchId);
