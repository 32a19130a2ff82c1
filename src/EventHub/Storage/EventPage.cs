using EventHub.Events;

namespace EventHub.Storage;

/// <summary>Some events in order.</summary>
/// <param name="Events">Ascending by sequence.</param>
/// <param name="Through">Everything up to this sequence has been looked at: reading goes on after it. At least the <c>after</c> asked for.</param>
public sealed record EventPage(IReadOnlyList<Event> Events, long Through);
