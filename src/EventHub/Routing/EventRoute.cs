using EventHub.Events;

namespace EventHub.Routing;

/// <summary>One version of a subscription, ready to match events: patterns parsed, ordering key understood.</summary>
internal sealed class EventRoute
{
    private readonly OrderingKey? _orderingKey;

    public EventRoute(SubscriptionVersion version)
    {
        Version = version;
        Patterns = [.. version.Subscription.Events.Select(TypePattern.Parse)];
        _orderingKey = OrderingKey.Parse(version.Subscription.Delivery.OrderingKey);
        TestSource = TestEvent.SourceFor(version.Subscription.Id);
    }

    public SubscriptionVersion Version { get; }

    public int Key => Version.Key;

    public Subscription Subscription => Version.Subscription;

    public IReadOnlyList<TypePattern> Patterns { get; }

    /// <summary>Source of a <see cref="TestEvent"/> for it.</summary>
    public string TestSource { get; }

    /// <summary>The event is the subscription's: it is active, and the event passes its filter.</summary>
    public bool Accepts(Event item) => Subscription.Active && Matches(item);

    /// <summary>The event passes the filter, active or not.</summary>
    public bool Matches(Event item)
    {
        if (TestEvent.Is(item)) return item.Source == TestSource;
        for (var i = 0; i < Patterns.Count; i++)
        {
            if (Patterns[i].Matches(item.Type)) return MatchesBeyondType(item);
        }

        return false;
    }

    /// <summary>The part of the filter that is not about the type.</summary>
    public bool MatchesBeyondType(Event item) => Subscription.Source is not { } source || source == item.Source;

    /// <summary>The lane of an event: the ordering key's value, <c>null</c> when unordered or the event has none.</summary>
    public string? LaneOf(Event item) => _orderingKey?.ValueOf(item);
}
