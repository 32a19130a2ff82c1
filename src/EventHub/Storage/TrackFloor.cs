namespace EventHub.Storage;

/// <summary>A track's new floor.</summary>
/// <param name="Generation">Which track.</param>
/// <param name="Floor">Never less than before.</param>
/// <param name="IsDone">The track has reached its end and goes away. Never for generation 0.</param>
public readonly record struct TrackFloor(int Generation, long Floor, bool IsDone);
