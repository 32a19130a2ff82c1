namespace EventHub.Journal;

/// <summary>What became of asking for a dispatch again.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="DispatchId">Id of the new dispatch, when <see cref="RequeueStatus.Requeued"/>.</param>
public sealed record RequeueResult(RequeueStatus Status, string? DispatchId);
