using EventHub.Routing;

namespace EventHub.Storage.Memory;

/// <summary>A subscription: its versions, where its deliveries stand, who delivers.</summary>
internal sealed class MemorySubscription(int key)
{
    public int Key => key;

    public List<SubscriptionVersion> Versions { get; } = [];

    public int Version => Versions.Count;

    public bool IsDeleted => Versions[^1].IsDeleted;

    /// <summary>As they are laid out; none once deleted.</summary>
    public List<MemoryPartition> Partitions { get; private set; } = [];

    /// <summary>The version whose number of partitions and ordering key are wanted.</summary>
    public int WantedLayout { get; set; } = 1;

    /// <summary>Exceptions a worker holds: all but the requeued.</summary>
    public SortedSet<DispatchKey> Held { get; } = [];

    public SortedSet<(int Generation, long Sequence)> Requeued { get; } = [];

    public int DeadLetters { get; set; }

    public int LastGeneration { get; set; }

    /// <summary>Nothing above this sequence has a result.</summary>
    public long LastEnded { get; set; }

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

    /// <summary>The partition, if the token is the current one and its lease has not expired.</summary>
    public MemoryPartition? FindHeld(int partition, long token, DateTimeOffset now) =>
        partition >= 0 && partition < Partitions.Count && Partitions[partition] is { } found && found.Token == token && found.IsHeld(now) ? found : null;

    /// <summary>Replaces the partitions by those of the wanted layout, when that is another one and nobody delivers by the present one.</summary>
    public void LayOut(DateTimeOffset now)
    {
        if (IsDeleted || Partitions.TrueForAll(partition => partition.Layout == WantedLayout) || Partitions.Exists(partition => partition.IsHeld(now))) return;
        var token = Partitions.Max(partition => partition.Token);
        var tracks = Partitions.SelectMany(partition => partition.Tracks.Values).GroupBy(track => track.Generation, (_, same) => same.MinBy(track => track.Floor)!).ToList();
        Partitions = [.. Enumerable.Range(0, Versions[WantedLayout - 1].Subscription.Delivery.Partitions).Select(_ => new MemoryPartition(WantedLayout, token))];
        foreach (var track in tracks) AddTrack(track.Generation, track.Floor, track.Until);
    }

    /// <summary>Adds a track to each partition.</summary>
    public void AddTrack(int generation, long floor, long? until)
    {
        foreach (var partition in Partitions) partition.Tracks.Add(generation, new MemoryTrack(generation, floor, until));
    }
}
