using EventHub.Routing;

namespace EventHub.Storage;

/// <summary>A subscription to create, change or delete.</summary>
public sealed class SubscriptionChange
{
    /// <summary>The subscription as it shall stand; for a deletion as it stood.</summary>
    public required Subscription Subscription { get; init; }

    /// <summary>The version this change was made from; 0 to create.</summary>
    public required int ExpectedVersion { get; init; }

    /// <summary>Delete it.</summary>
    public bool IsDelete { get; init; }

    /// <summary>
    /// Its events are assigned to partitions in another way from here on: another number of them, or another ordering key. In effect once no lease of the
    /// present layout is held any more (see <see cref="IDispatchStore.AcquireLeasesAsync"/>). A new subscription begins with its first layout.
    /// </summary>
    public bool IsNewLayout { get; init; }

    /// <summary>
    /// For a new subscription: it gets the events after this sequence (0: all there are, capped at the head). <c>null</c>: those after the head at the commit.
    /// </summary>
    public long? StartAfter { get; init; }
}
