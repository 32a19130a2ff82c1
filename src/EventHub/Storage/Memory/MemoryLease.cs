namespace EventHub.Storage.Memory;

/// <summary>Who may deliver for a subscription, and until when.</summary>
internal sealed record MemoryLease(string Owner, long Token, DateTimeOffset ExpiresAt);
