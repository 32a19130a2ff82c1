namespace EventHub.Storage;

/// <summary>Where a subscription's deliveries stand: what a worker needs to go on.</summary>
public sealed class DispatchState
{
    /// <summary>The main track (generation 0) first, then replays by generation.</summary>
    public required IReadOnlyList<Track> Tracks { get; init; }

    /// <summary>All exceptions but those <see cref="ExceptionState.Requeued"/>, in order of sequence, then generation.</summary>
    public required IReadOnlyList<ExceptionRecord> Exceptions { get; init; }

    /// <summary>Dispatches of the tracks that have a result although they lie above their track's floor.</summary>
    public required IReadOnlyList<DispatchKey> EndedAboveFloor { get; init; }
}
