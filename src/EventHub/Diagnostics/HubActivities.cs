using System.Diagnostics;
using EventHub.Events;
using EventHub.Routing;

namespace EventHub.Diagnostics;

/// <summary>Traces, with the attribute names of OpenTelemetry's messaging conventions. Costs nothing while nobody listens.</summary>
public static class HubActivities
{
    /// <summary>Name of the <see cref="ActivitySource"/>.</summary>
    public const string SourceName = "EventHub";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins the span of a publish; <c>null</c> when nobody listens. Its <see cref="Activity.Id"/> is the <c>traceparent</c> for the events.</summary>
    /// <param name="type">Type of the event, or of the first of a batch.</param>
    /// <param name="count">Events in the publish.</param>
    /// <param name="traceParent">The publisher's <c>traceparent</c>; the current activity when <c>null</c> or not valid.</param>
    public static Activity? StartPublish(string type, int count = 1, string? traceParent = null)
    {
        if (!Source.HasListeners()) return null;
        var activity = Start($"publish {type}", ActivityKind.Producer, traceParent);
        if (activity is not { IsAllDataRequested: true }) return activity;
        SetMessaging(activity, "publish", type);
        if (count > 1) activity.SetTag("messaging.batch.message_count", count);
        return activity;
    }

    /// <summary>Begins the span of a delivery attempt, in the trace of the event's publish; <c>null</c> when nobody listens.</summary>
    public static Activity? StartDeliver(Event source, Subscription subscription, string dispatchId, int attempt)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(subscription);
        if (!Source.HasListeners()) return null;
        var activity = Start($"deliver {source.Type}", ActivityKind.Client, source.TraceParent);
        if (activity is not { IsAllDataRequested: true }) return activity;
        SetMessaging(activity, "deliver", source.Type);
        activity.SetTag("messaging.message.id", source.Id.ToString());
        activity.SetTag("messaging.destination.subscription.name", subscription.Name);
        activity.SetTag("eventhub.dispatch.id", dispatchId);
        activity.SetTag("eventhub.delivery.attempt", attempt);
        return activity;
    }

    private static Activity? Start(string name, ActivityKind kind, string? traceParent) =>
        traceParent is not null && ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent)
            ? Source.StartActivity(name, kind, parent)
            : Source.StartActivity(name, kind);

    private static void SetMessaging(Activity activity, string operation, string type)
    {
        activity.SetTag("messaging.system", "eventhub");
        activity.SetTag("messaging.operation.name", operation);
        activity.SetTag("messaging.operation.type", "send");
        activity.SetTag("messaging.destination.name", type);
    }
}
