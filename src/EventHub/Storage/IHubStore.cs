using EventHub.Storage.Relay;

namespace EventHub.Storage;

/// <summary>
/// A storage provider: the log, the state of deliveries, the journal and consumers, sharing transactions. Providers are tested by
/// EventHub.Storage.Conformance; what a member's documentation says is atomic and durable is what those tests hold it to.
/// </summary>
/// <remarks>
/// All members of the parts may be called concurrently. Failures of the store are <see cref="StorageException"/>; everything a
/// caller has to expect in normal work is a value in the result. A call cancelled before its operation was taken up does nothing; once
/// taken up it finishes and its effects stand.
/// </remarks>
public interface IHubStore : IAsyncDisposable
{
    /// <summary>The name users know the store by, for example <c>sqlite</c>.</summary>
    string Name { get; }

    /// <summary>What a completed write has survived.</summary>
    Durability Durability { get; }

    /// <summary>Whether what was written is there again after the store is disposed and opened anew.</summary>
    bool IsPersistent { get; }

    /// <summary>Several processes may have it open at once: what they commit is told as <see cref="ICommitObserver.HeadMoved"/>, and they share out the leases.</summary>
    bool IsShared => false;

    /// <summary>The log.</summary>
    IEventLog Log { get; }

    /// <summary>Subscriptions, leases and the state of deliveries.</summary>
    IDispatchStore Dispatches { get; }

    /// <summary>What became of every dispatch.</summary>
    IJournalStore Journal { get; }

    /// <summary>Cursors clients read by.</summary>
    IConsumerStore Consumers { get; }

    /// <summary>What reaches clients of the other processes that have it open; <c>null</c> for a store that is not shared.</summary>
    IRelayStore? Relay => null;

    /// <summary>Events that users of the store's database staged in transactions of their own; <c>null</c> where there is no such thing.</summary>
    IOutboxStore? Outbox => null;

    /// <summary>
    /// Opens the store, creating or migrating it as needed; called once, before anything else. From then on
    /// <paramref name="observer"/> is told of every commit, in commit order.
    /// </summary>
    /// <exception cref="StorageException">It cannot be opened: <see cref="StorageFailure.InUse"/>, <see cref="StorageFailure.NewerSchema"/>,
    /// <see cref="StorageFailure.ReadOnly"/>, <see cref="StorageFailure.Corrupt"/>, <see cref="StorageFailure.DiskFull"/>.</exception>
    ValueTask OpenAsync(ICommitObserver observer, CancellationToken cancellationToken);

    /// <summary>Writes and rolls back nothing, reads the head: completes when the store would take a write, throws when it would not.</summary>
    /// <exception cref="StorageException">Why it would not.</exception>
    ValueTask PingAsync(CancellationToken cancellationToken);

    /// <summary>Checks that what is stored holds together (slow; on demand). Returns the problems found, none when sound.</summary>
    ValueTask<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken);
}
