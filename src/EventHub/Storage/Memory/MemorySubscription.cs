using EventHub.Routing;

namespace EventHub.Storage.Memory;

/// <summary>A subscription: its versions, where its deliveries stand, who delivers.</summary>
internal sealed class MemorySubscription(int key)
{
    public int Key => key;

    public List<SubscriptionVersion> Versions { get; } = [];

    public int Version => Versions.Count;

    public bool IsDeleted => Versions[^1].IsDeleted;

    /// <summary>By generation; empty once deleted.</summary>
    public SortedList<int, MemoryTrack> Tracks { get; } = [];

    public MemoryLease? Lease { get; set; }

    /// <summary>Token of the newest lease; outlives it, so that the next one's is greater.</summary>
    public long LastToken { get; set; }

    /// <summary>Exceptions a worker holds: all but the requeued.</summary>
    public SortedSet<DispatchKey> Held { get; } = [];

    public SortedSet<(int Generation, long Sequence)> Requeued { get; } = [];

    public int DeadLetters { get; set; }

    public int LastGeneration { get; set; }

    /// <summary>Files a dispatch that has an exception under its state.</summary>
    public void Track(MemoryDispatch dispatch)
    {
        if (dispatch.Exception!.State == ExceptionState.Requeued) Requeued.Add((dispatch.Key.Generation, dispatch.Key.Sequence));
        else Held.Add(dispatch.Key);
    }

    public void Untrack(MemoryDispatch dispatch)
    {
        Held.Remove(dispatch.Key);
        Requeued.Remove((dispatch.Key.Generation, dispatch.Key.Sequence));
    }

    /// <summary>The token is the current one and its lease has not expired.</summary>
    public bool IsHeldUnder(long token, DateTimeOffset now) => Lease is { } lease && lease.Token == token && lease.ExpiresAt > now;
}
