namespace EventHub.Client;

/// <summary>What became of a publish: the event is stored, to the hub's declared durability.</summary>
/// <param name="EventId">The event's id.</param>
/// <param name="Sequence">Its place in the log.</param>
/// <param name="IsDuplicate">An earlier publish with this idempotency key stored it; never so for keys the client made.</param>
public readonly record struct PublishResult(Guid EventId, long Sequence, bool IsDuplicate);
