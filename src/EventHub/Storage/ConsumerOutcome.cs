namespace EventHub.Storage;

/// <summary>What came of a call.</summary>
/// <param name="Status">Whether it was done.</param>
/// <param name="Consumer">The consumer after it.</param>
public sealed record ConsumerOutcome(ConsumerStatus Status, ConsumerRecord Consumer);
