using EventHub.Storage;

namespace EventHub.Delivery;

/// <summary>What a window wants committed, all of it together.</summary>
/// <param name="Results">Dispatches that ended.</param>
/// <param name="Attempts">Attempts to write down.</param>
/// <param name="Exceptions">Exceptions, new or changed.</param>
/// <param name="Floors">New floors.</param>
internal sealed record WindowCommit(
    IReadOnlyList<DispatchResult> Results, IReadOnlyList<AttemptRecord> Attempts, IReadOnlyList<ExceptionRecord> Exceptions, IReadOnlyList<TrackFloor> Floors);
