namespace EventHub.Simulation;

/// <summary>An invariant of the design does not hold.</summary>
internal sealed class InvariantException(string message) : Exception(message);
