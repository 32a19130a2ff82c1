using EventHub.Storage;

namespace EventHub.Log;

/// <summary>
/// Hands publish requests to the store, never more at a time than the limits allow: past them a publisher is told at once, and nothing waits
/// without bound. Which requests share a commit is the store's business.
/// </summary>
internal sealed class Appender(IEventLog log, int maxPendingEvents, long maxPendingBytes)
{
    private long _pendingEvents;
    private long _pendingBytes;

    /// <summary>Events waiting for the store.</summary>
    public long Pending => Volatile.Read(ref _pendingEvents);

    /// <summary>Appends, or returns <c>null</c> when too much is waiting. A single request larger than the limits passes when nothing else waits.</summary>
    public async ValueTask<AppendResult?> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        var count = request.Events.Count;
        var bytes = 0L;
        for (var i = 0; i < count; i++) bytes += request.Events[i].Size;
        var events = Interlocked.Add(ref _pendingEvents, count);
        var total = Interlocked.Add(ref _pendingBytes, bytes);
        try
        {
            var isAlone = events == count;
            if (!isAlone && (events > maxPendingEvents || total > maxPendingBytes)) return null;
            return await log.AppendAsync(request, cancellationToken);
        }
        finally
        {
            Interlocked.Add(ref _pendingEvents, -count);
            Interlocked.Add(ref _pendingBytes, -bytes);
        }
    }
}
