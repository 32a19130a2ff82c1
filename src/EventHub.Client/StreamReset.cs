namespace EventHub.Client;

/// <summary>A subscription could not go on exactly where it was: events may have been missed.</summary>
/// <param name="Reason">
/// <c>trimmed</c> (removed by retention before they were read: it goes on with the oldest there is), <c>epoch</c> (the log is another one: it was lost,
/// or restored), <c>future</c> (the resume point has not been reached yet), <c>invalid</c> (no resume point of a hub).
/// </param>
/// <param name="ResumePoint">Where it goes on after; <c>null</c> for a consumer, whose place the hub keeps.</param>
public sealed record StreamReset(string Reason, string? ResumePoint);
