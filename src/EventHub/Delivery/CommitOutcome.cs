using System.Runtime.ExceptionServices;

namespace EventHub.Delivery;

/// <summary>How a settlement ended.</summary>
/// <param name="Commit">What was to be committed.</param>
/// <param name="IsHeld">It was committed; false: the lease was lost, or <paramref name="Failure"/>.</param>
/// <param name="Failure">The store could not, and whether anything was kept is not known.</param>
internal sealed record CommitOutcome(WindowCommit Commit, bool IsHeld, ExceptionDispatchInfo? Failure);
