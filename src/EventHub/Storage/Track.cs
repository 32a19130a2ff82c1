namespace EventHub.Storage;

/// <summary>A cursor of a subscription: its main one (generation 0, no end), or that of a replay; each partition has its own of each.</summary>
/// <param name="Generation">Generation of the dispatches made from it.</param>
/// <param name="Floor">Every dispatch of the track up to this sequence has ended or is a persisted exception.</param>
/// <param name="Until">Last sequence of a replay; <c>null</c> for the main track.</param>
public sealed record Track(int Generation, long Floor, long? Until);
