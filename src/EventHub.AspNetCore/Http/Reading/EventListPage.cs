using EventHub.Events;

namespace EventHub.AspNetCore.Http.Reading;

/// <summary>A page of events.</summary>
/// <param name="Events">The events.</param>
/// <param name="Progress">How far each is, in the same order.</param>
/// <param name="NextCursor">Where the next page begins; <c>null</c> when there is none.</param>
internal sealed record EventListPage(IReadOnlyList<Event> Events, IReadOnlyList<EventProgress> Progress, string? NextCursor);
