namespace EventHub.Storage;

/// <summary>Names one dispatch: one event for one subscription, delivered for the first time (generation 0) or again.</summary>
/// <param name="Sequence">The event's sequence.</param>
/// <param name="Subscription">The subscription's key (see <see cref="Routing.SubscriptionVersion.Key"/>).</param>
/// <param name="Generation">0 for the first delivery; each retry, redrive or replay by hand takes the subscription's next generation.</param>
public readonly record struct DispatchKey(long Sequence, int Subscription, int Generation) : IComparable<DispatchKey>
{
    /// <summary>By sequence, then subscription, then generation: the order of dispatch lists.</summary>
    public int CompareTo(DispatchKey other)
    {
        var order = Sequence.CompareTo(other.Sequence);
        if (order == 0) order = Subscription.CompareTo(other.Subscription);
        return order != 0 ? order : Generation.CompareTo(other.Generation);
    }

    /// <summary>Order as by <see cref="CompareTo"/>.</summary>
    public static bool operator <(DispatchKey left, DispatchKey right) => left.CompareTo(right) < 0;

    /// <summary>Order as by <see cref="CompareTo"/>.</summary>
    public static bool operator >(DispatchKey left, DispatchKey right) => left.CompareTo(right) > 0;

    /// <summary>Order as by <see cref="CompareTo"/>.</summary>
    public static bool operator <=(DispatchKey left, DispatchKey right) => left.CompareTo(right) <= 0;

    /// <summary>Order as by <see cref="CompareTo"/>.</summary>
    public static bool operator >=(DispatchKey left, DispatchKey right) => left.CompareTo(right) >= 0;
}
