using EventHub.Events;

namespace EventHub.Log;

/// <summary>What a stream read at a time.</summary>
/// <param name="Events">Those that pass the filter, ascending by sequence.</param>
/// <param name="Through">Everything up to this sequence has been looked at.</param>
/// <param name="Reset">Set when events that had not been read are gone: reading goes on after <paramref name="Through"/>.</param>
public readonly record struct StreamPage(IReadOnlyList<Event> Events, long Through, StreamReset? Reset = null);
