namespace EventHub.Client.Journal;

internal sealed record DispatchPage(IReadOnlyList<Dispatch> Dispatches, string? NextCursor);
