namespace EventHub.Storage.Memory;

/// <summary>A partition of a subscription: who delivers for it, and where its deliveries stand.</summary>
internal sealed class MemoryPartition(int layout, long token)
{
    /// <summary>The version of the subscription it was laid out by.</summary>
    public int Layout => layout;

    /// <summary>Who has the lease; <c>null</c> when it was never taken, or given back.</summary>
    public string? Owner { get; set; }

    /// <summary>Until when, by the store's clock.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Token of the newest lease; outlives it, so that the next one's is greater.</summary>
    public long Token { get; set; } = token;

    /// <summary>By generation.</summary>
    public SortedList<int, MemoryTrack> Tracks { get; } = [];

    public bool IsHeld(DateTimeOffset now) => Owner is not null && ExpiresAt > now;
}
