using EventHub.Events;

namespace EventHub.Routing;

/// <summary>The event <c>POST /webhooks/{id}/test</c> publishes: it goes to the one subscription its source names, whatever the patterns, and to nobody else.</summary>
public static class TestEvent
{
    /// <summary>Its type.</summary>
    public const string Type = "webhook.triggered";

    private const string SourcePrefix = "eventhub/webhooks/";

    /// <summary>Its source, for the subscription with this id.</summary>
    public static string SourceFor(string subscriptionId) => SourcePrefix + subscriptionId;

    /// <summary>Whether an event is one.</summary>
    internal static bool Is(Event item) => item.Type == Type && item.Source.StartsWith(SourcePrefix, StringComparison.Ordinal);
}
