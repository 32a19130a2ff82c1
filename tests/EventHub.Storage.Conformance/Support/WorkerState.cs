namespace EventHub.Storage.Conformance.Support;

/// <summary>Where a worker's partition stands, with what has ended above the floors of its tracks.</summary>
public sealed record WorkerState(IReadOnlyList<Track> Tracks, IReadOnlyList<ExceptionRecord> Exceptions, IReadOnlyList<DispatchKey> EndedAboveFloor);
