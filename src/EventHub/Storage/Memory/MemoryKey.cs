namespace EventHub.Storage.Memory;

/// <summary>An idempotency key that was used.</summary>
/// <param name="Hash">Of what was published under it.</param>
/// <param name="ExpiresAt">From then on it is as if never used.</param>
/// <param name="Answers">What its publisher was told.</param>
internal sealed record MemoryKey(byte[] Hash, DateTimeOffset ExpiresAt, AppendedEvent[] Answers);
