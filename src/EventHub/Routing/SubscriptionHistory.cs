namespace EventHub.Routing;

/// <summary>The versions of one subscription, immutable: which one an event at a sequence was routed by.</summary>
internal sealed class SubscriptionHistory
{
    private readonly EventRoute[] _routes;

    private SubscriptionHistory(EventRoute[] routes, int layout, int mostPartitions)
    {
        _routes = routes;
        Layout = layout;
        MostPartitions = mostPartitions;
    }

    public int Key => Newest.Key;

    public EventRoute Newest => _routes[^1];

    /// <summary>All versions, oldest first.</summary>
    public IReadOnlyList<EventRoute> Routes => _routes;

    public SubscriptionVersion Current => Newest.Version;

    public bool IsDeleted => Current.IsDeleted;

    /// <summary>The first sequence ever routed to it is after this one.</summary>
    public long StartsAfter => _routes[0].Version.EffectiveAfter;

    /// <summary>The version whose number of partitions and ordering key are wanted; what it is laid out by, or will be.</summary>
    public int Layout { get; }

    /// <summary>The most partitions it had in any version.</summary>
    public int MostPartitions { get; }

    public static SubscriptionHistory Of(SubscriptionVersion first) => new([new EventRoute(first)], first.Version, first.Subscription.Delivery.Partitions);

    /// <summary>The history with one more version; the same when it knows that version.</summary>
    public SubscriptionHistory With(SubscriptionVersion version)
    {
        if (version.Version <= Current.Version) return this;
        var delivery = version.Subscription.Delivery;
        var layout = Partitions.IsNewLayout(Current.Subscription.Delivery, delivery) ? version.Version : Layout;
        return new SubscriptionHistory([.. _routes, new EventRoute(version)], layout, Math.Max(MostPartitions, delivery.Partitions));
    }

    /// <summary>A version by its number; <c>null</c> when it is not known here yet.</summary>
    public EventRoute? Find(int version) => Array.Find(_routes, route => route.Version.Version == version);

    /// <summary>The version in effect at a sequence; <c>null</c> before the first and after a deletion.</summary>
    public EventRoute? At(long sequence)
    {
        for (var i = _routes.Length - 1; i >= 0; i--)
        {
            if (_routes[i].Version.EffectiveAfter < sequence) return _routes[i].Version.IsDeleted ? null : _routes[i];
        }

        return null;
    }

    /// <summary>Index of the oldest version that may be in effect after <paramref name="sequence"/>.</summary>
    public int IndexAfter(long sequence)
    {
        for (var i = _routes.Length - 1; i > 0; i--)
        {
            if (_routes[i].Version.EffectiveAfter <= sequence) return i;
        }

        return 0;
    }

    /// <summary>The sequence of the next change after <paramref name="sequence"/>, after which another version is in effect.</summary>
    public long NextChangeAfter(long sequence)
    {
        foreach (var route in _routes)
        {
            if (route.Version.EffectiveAfter >= sequence) return route.Version.EffectiveAfter;
        }

        return long.MaxValue;
    }
}
