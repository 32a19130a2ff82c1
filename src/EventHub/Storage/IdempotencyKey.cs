namespace EventHub.Storage;

/// <summary>An idempotency key and what it stood for.</summary>
/// <param name="Key">As the publisher sent it; compared by ordinal.</param>
/// <param name="Hash">Hash of the content published under the key. The same key with another hash is a conflict.</param>
/// <param name="ExpiresAt">From then on the key is as if never used.</param>
public sealed record IdempotencyKey(string Key, ReadOnlyMemory<byte> Hash, DateTimeOffset ExpiresAt);
