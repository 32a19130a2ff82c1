namespace EventHub.Journal;

/// <summary>Some dispatches.</summary>
/// <param name="Dispatches">In the order asked for.</param>
/// <param name="NextCursor">Where the next page begins; <c>null</c> at the end.</param>
public sealed record DispatchPage(IReadOnlyList<DispatchInfo> Dispatches, string? NextCursor);
