namespace EventHub.Storage;

/// <summary>Where a subscription's deliveries stand: what the worker of one partition needs to go on.</summary>
public sealed class DispatchState
{
    /// <summary>The partition's main track (generation 0) first, then replays by generation.</summary>
    public required IReadOnlyList<Track> Tracks { get; init; }

    /// <summary>All exceptions of the subscription but those <see cref="ExceptionState.Requeued"/>, in order of sequence, then generation.</summary>
    public required IReadOnlyList<ExceptionRecord> Exceptions { get; init; }
}
