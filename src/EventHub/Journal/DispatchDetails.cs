using EventHub.Storage;

namespace EventHub.Journal;

/// <summary>A dispatch with its attempts, by number.</summary>
/// <param name="Dispatch">The dispatch.</param>
/// <param name="Attempts">Its ended attempts.</param>
public sealed record DispatchDetails(DispatchInfo Dispatch, IReadOnlyList<AttemptRecord> Attempts);
