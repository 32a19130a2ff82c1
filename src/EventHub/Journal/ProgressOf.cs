using EventHub.Events;
using EventHub.Storage;

namespace EventHub.Journal;

/// <summary>Derives where an event stands from its dispatches.</summary>
internal static class ProgressOf
{
    public static EventProgress Dispatches(IReadOnlyList<DispatchInfo> dispatches)
    {
        if (dispatches.Count == 0) return new EventProgress(EventStatus.Completed, 0, null, null, null);
        var retries = 0;
        var isStarted = false;
        DateTimeOffset? first = null;
        DateTimeOffset? last = null;
        foreach (var dispatch in dispatches)
        {
            retries += Math.Max(0, dispatch.AttemptCount - 1);
            isStarted |= dispatch.AttemptCount > 0 || dispatch.Status != DispatchStatus.Ongoing;
            if (dispatch.ResultedAt is not { } resulted) continue;
            if (first is null || resulted < first) first = resulted;
            if (last is null || resulted > last) last = resulted;
        }

        // What was delivered again by hand counts as its newest delivery.
        var newest = dispatches.GroupBy(d => d.SubscriptionId).Select(g => g.MaxBy(EventDispatchReader.KeyOf)!).ToList();
        var isOngoing = newest.Any(d => d.Status == DispatchStatus.Ongoing);
        var failed = newest.FirstOrDefault(d => d.Status is DispatchStatus.Failed or DispatchStatus.Misconfigured or DispatchStatus.Lost);
        var status = isOngoing ? isStarted ? EventStatus.Processing : EventStatus.Pending : failed is null ? EventStatus.Completed : EventStatus.Failed;
        var error = failed?.LastError ?? newest.FirstOrDefault(d => d.Status == DispatchStatus.Ongoing && d.LastError is not null)?.LastError;
        return new EventProgress(status, retries, error, first, isOngoing ? null : last);
    }
}
