namespace EventHub.Storage;

/// <summary>What is staged and not in the log yet.</summary>
/// <param name="Waiting">How many events, of transactions that have committed.</param>
/// <param name="OldestAge">How long ago the oldest was staged, by the store's clock; zero when there is none.</param>
public readonly record struct OutboxBacklog(long Waiting, TimeSpan OldestAge);
