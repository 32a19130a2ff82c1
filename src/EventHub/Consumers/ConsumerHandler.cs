using EventHub.Events;

namespace EventHub.Consumers;

/// <summary>
/// Handles the events of a consumer in the hub's process: in order, one call at a time. What it returns from is acknowledged; after what it throws, or a
/// crash, the same events come again.
/// </summary>
/// <param name="events">The next events, at least one.</param>
/// <param name="cancellationToken">Cancelled when the hub stops, or another process has taken the consumer over.</param>
public delegate ValueTask ConsumerHandler(IReadOnlyList<Event> events, CancellationToken cancellationToken);
