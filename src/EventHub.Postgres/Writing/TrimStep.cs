namespace EventHub.Postgres.Writing;

/// <summary>What one step of retention did.</summary>
/// <param name="Through">Looked at up to this sequence.</param>
/// <param name="Removed">Events removed.</param>
/// <param name="IsLast">Nothing is left to look at.</param>
internal readonly record struct TrimStep(long Through, long Removed, bool IsLast);
