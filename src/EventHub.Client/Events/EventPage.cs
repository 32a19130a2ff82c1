namespace EventHub.Client.Events;

/// <summary>A page of events.</summary>
/// <param name="Events">In the order asked for.</param>
/// <param name="NextCursor">Gives the next page; <c>null</c> at the end.</param>
public sealed record EventPage(IReadOnlyList<HubEvent> Events, string? NextCursor);
