namespace EventHub.Storage.Memory;

/// <summary>A cursor of a subscription.</summary>
internal sealed class MemoryTrack(int generation, long floor, long? until)
{
    public int Generation => generation;

    public long Floor { get; private set; } = floor;

    /// <summary>Sequences above the floor whose dispatch has a result.</summary>
    public SortedSet<long> EndedAboveFloor { get; } = [];

    public Track ToTrack() => new(generation, Floor, until);

    public void MoveTo(long newFloor)
    {
        Floor = newFloor;
        while (EndedAboveFloor.Count > 0 && EndedAboveFloor.Min <= newFloor) EndedAboveFloor.Remove(EndedAboveFloor.Min);
    }
}
