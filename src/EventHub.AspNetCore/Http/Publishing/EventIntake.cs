using System.Diagnostics;
using EventHub.Diagnostics;
using EventHub.Publishing;

namespace EventHub.AspNetCore.Http.Publishing;

/// <summary>Publishes what requests brought, within their trace; HTTP and RPC share it.</summary>
internal sealed class EventIntake(Publisher publisher)
{
    /// <summary>Publishes one event.</summary>
    /// <param name="item">The event, with its own key.</param>
    /// <param name="requestKey">A key that covers the request around it, where that is another than the event's.</param>
    /// <param name="traceParent">The publisher's trace.</param>
    /// <param name="cancellationToken">Cancels before it is taken up.</param>
    public ValueTask<PublishResult> PublishAsync(NewEvent item, string? requestKey, string? traceParent, CancellationToken cancellationToken)
    {
        var activity = HubActivities.StartPublish(item.Type, 1, traceParent);
        if ((activity?.Id ?? traceParent) is { } parent) item = item with { TraceParent = parent };
        var publishing = requestKey is null ? publisher.PublishAsync(item, cancellationToken) : publisher.PublishBatchAsync([item], requestKey, cancellationToken);
        return activity is null ? publishing : TellAsync(activity, publishing);
    }

    /// <summary>Publishes a batch.</summary>
    /// <param name="events">At least one; changed.</param>
    /// <param name="requestKey">Covers the batch.</param>
    /// <param name="traceParent">The publisher's trace.</param>
    /// <param name="cancellationToken">Cancels before it is taken up.</param>
    public ValueTask<PublishResult> PublishBatchAsync(List<NewEvent> events, string? requestKey, string? traceParent, CancellationToken cancellationToken)
    {
        var activity = HubActivities.StartPublish(events[0].Type, events.Count, traceParent);
        if ((activity?.Id ?? traceParent) is { } parent)
        {
            for (var i = 0; i < events.Count; i++) events[i] = events[i] with { TraceParent = parent };
        }

        var publishing = publisher.PublishBatchAsync(events, requestKey, cancellationToken);
        return activity is null ? publishing : TellAsync(activity, publishing);
    }

    private static async ValueTask<PublishResult> TellAsync(Activity activity, ValueTask<PublishResult> publishing)
    {
        using (activity)
        {
            var result = await publishing;
            if (result.Status is not (PublishStatus.Accepted or PublishStatus.Duplicate)) activity.SetStatus(ActivityStatusCode.Error, result.Status.ToString());
            return result;
        }
    }
}
