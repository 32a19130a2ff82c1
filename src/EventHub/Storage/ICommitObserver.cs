using EventHub.Events;
using EventHub.Routing;

namespace EventHub.Storage;

/// <summary>
/// Told by a store what was committed: in commit order, after the commit and before the callers of the committed operations are told,
/// never concurrently. Implementations return at once and do not throw.
/// </summary>
public interface ICommitObserver
{
    /// <summary>These events are in the log now; sequences contiguous, ascending.</summary>
    void Appended(IReadOnlyList<Event> events);

    /// <summary>The log's head is at least <paramref name="head"/>; the events themselves were committed by another process.</summary>
    void HeadMoved(long head);

    /// <summary>A subscription was created, changed or deleted, in effect for sequences after <see cref="SubscriptionVersion.EffectiveAfter"/>.</summary>
    void SubscriptionChanged(SubscriptionVersion version);

    /// <summary>Dispatches of this subscription were requeued, or a track was added.</summary>
    void Requeued(int subscriptionKey);

    /// <summary>Somebody says that there is something in <see cref="IHubStore.Outbox"/>. Told at any time; what is not told of is found by polling.</summary>
    void Staged()
    {
    }
}
