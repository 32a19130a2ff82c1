namespace EventHub.Storage;

/// <summary>Consumers: named cursors into the log, each used by one client at a time. Lease times are by the store's clock.</summary>
public interface IConsumerStore
{
    /// <summary>
    /// Creates a consumer, or changes which events an existing one gets; that one's cursor, start and lease stay. Durable on return.
    /// </summary>
    /// <returns>The consumer as it stands, and whether it is new.</returns>
    ValueTask<(ConsumerRecord Consumer, bool IsNew)> SaveAsync(ConsumerChange change, CancellationToken cancellationToken);

    /// <summary>The consumer with this name, or <c>null</c>.</summary>
    ValueTask<ConsumerRecord?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>All consumers by name, in ordinal order.</summary>
    ValueTask<IReadOnlyList<ConsumerRecord>> ListAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Takes the lease for a client or renews it; for zero gives it back. <see cref="ConsumerStatus.Held"/> when another client has it.
    /// </summary>
    /// <param name="name">The consumer.</param>
    /// <param name="holder">The client.</param>
    /// <param name="duration">Until when, from now.</param>
    /// <param name="cancellationToken">Cancels before it is taken up.</param>
    /// <returns><c>null</c> when there is no such consumer.</returns>
    ValueTask<ConsumerOutcome?> ClaimAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>
    /// Moves the cursor, capped at the head; what speaks against it is checked in the same commit, and then nothing changes. Durable on return.
    /// </summary>
    /// <returns><c>null</c> when there is no such consumer.</returns>
    ValueTask<ConsumerOutcome?> MoveAsync(ConsumerMove move, CancellationToken cancellationToken);

    /// <summary>Deletes a consumer, whoever holds it. Durable on return. False when there is none.</summary>
    ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken);
}
