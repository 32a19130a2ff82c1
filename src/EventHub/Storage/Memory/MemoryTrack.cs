namespace EventHub.Storage.Memory;

/// <summary>A cursor of a partition.</summary>
internal sealed class MemoryTrack(int generation, long floor, long? until)
{
    public int Generation => generation;

    public long Floor { get; set; } = floor;

    public long? Until => until;

    public Track ToTrack() => new(generation, Floor, until);
}
