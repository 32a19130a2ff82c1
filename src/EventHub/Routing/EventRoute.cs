using EventHub.Events;

namespace EventHub.Routing;

/// <summary>One version of a subscription, ready to match events: patterns parsed, ordering key understood.</summary>
internal sealed class EventRoute
{
    /// <summary>Type of the event that <c>POST /webhooks/{id}/test</c> publishes.</summary>
    public const string TestType = "webhook.triggered";

    /// <summary>Source of that event, followed by the id of the one subscription it goes to.</summary>
    public const string TestSourcePrefix = "eventhub/webhooks/";

    private readonly OrderingKey? _orderingKey;

    public EventRoute(SubscriptionVersion version)
    {
        Version = version;
        Patterns = [.. version.Subscription.Events.Select(TypePattern.Parse)];
        _orderingKey = OrderingKey.Parse(version.Subscription.Delivery.OrderingKey);
        TestSource = TestSourcePrefix + version.Subscription.Id;
    }

    public SubscriptionVersion Version { get; }

    public int Key => Version.Key;

    public Subscription Subscription => Version.Subscription;

    public IReadOnlyList<TypePattern> Patterns { get; }

    public string TestSource { get; }

    /// <summary>The event is the subscription's: it is active, and the event passes its filter.</summary>
    public bool Accepts(Event item) => Subscription.Active && Matches(item);

    /// <summary>The event passes the filter, active or not.</summary>
    public bool Matches(Event item)
    {
        if (IsTest(item)) return item.Source == TestSource;
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

    /// <summary>The event asks for one subscription by name, whatever the patterns.</summary>
    public static bool IsTest(Event item) => item.Type == TestType && item.Source.StartsWith(TestSourcePrefix, StringComparison.Ordinal);
}
