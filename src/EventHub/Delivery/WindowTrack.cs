namespace EventHub.Delivery;

/// <summary>A track in the window: what was offered in order and has not been passed by the floor, and how far reading has come.</summary>
internal sealed class WindowTrack(int generation, long floor, long? until)
{
    public int Generation { get; } = generation;

    public long? Until { get; } = until;

    /// <summary>Reading goes on after it.</summary>
    public long ReadThrough { get; set; } = floor;

    /// <summary>The floor committed, or about to be.</summary>
    public long Floor { get; set; } = floor;

    /// <summary>Offered dispatches in order of sequence.</summary>
    public Queue<Dispatch> Unpassed { get; } = new();

    /// <summary>A replay that has been read, and all of it ended or persisted.</summary>
    public bool IsDone => Until is { } until && Floor >= until;

    /// <summary>Moves the floor past all that ended (in this commit at the latest) or is persisted. Invariant 8.</summary>
    public bool Advance()
    {
        while (Unpassed.TryPeek(out var first) && (first.IsPersisted || first.Stage == DispatchStage.Ending)) Unpassed.Dequeue();
        var floor = Unpassed.TryPeek(out var holder) ? holder.Sequence - 1 : ReadThrough;
        if (floor <= Floor) return false;
        Floor = floor;
        return true;
    }
}
