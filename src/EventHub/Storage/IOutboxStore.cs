namespace EventHub.Storage;

/// <summary>Events that users of the store's database staged in transactions of their own. Only where that is possible: see <see cref="IHubStore.Outbox"/>.</summary>
public interface IOutboxStore
{
    /// <summary>
    /// Moves events into the log, in the order they were staged, with their idempotency keys, in one commit in order with appends: none is lost and none is moved twice, whichever
    /// processes do it at once. Only events whose transaction has committed are seen, and those of a transaction before those staged after its commit. One whose
    /// key is known is dropped, and kept aside where the key stands for other content. Durable on return, and told to the observer.
    /// </summary>
    ValueTask<OutboxMoved> MoveAsync(OutboxMove move, CancellationToken cancellationToken);

    /// <summary>What is waiting now.</summary>
    ValueTask<OutboxBacklog> GetBacklogAsync(CancellationToken cancellationToken);
}
