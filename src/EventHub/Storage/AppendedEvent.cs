namespace EventHub.Storage;

/// <summary>One event's place in the log.</summary>
/// <param name="Id">Id of the event in the log: the original's when it is a duplicate.</param>
/// <param name="Sequence">Sequence of the event in the log: the original's when it is a duplicate.</param>
/// <param name="IsDuplicate">The event's key was known with the same hash, so it was not appended again.</param>
public readonly record struct AppendedEvent(Guid Id, long Sequence, bool IsDuplicate);
