using EventHub.Events;
using EventHub.Storage;

namespace EventHub.Log;

/// <summary>
/// Reads the log from any place: from the tail when it holds the next event, from the store otherwise. A reader owns nothing but the integer
/// it passes, so there is neither gap nor duplicate where catching up ends and live begins.
/// </summary>
internal sealed class LogReader(IEventLog log, LogTail tail)
{
    private readonly SharedPages _shared = new(log);

    /// <summary>Bytes of a page.</summary>
    public const long PageBytes = 4 * 1024 * 1024;

    /// <summary>Sequence of the newest event a reader can get.</summary>
    public long Head => tail.Head;

    /// <summary>The events after <paramref name="after"/>; empty only at the head (or where <paramref name="types"/> leave nothing).</summary>
    /// <remarks>Never goes past the tail's head: what the tail has not been told of, routing has not been told of either.</remarks>
    public ValueTask<EventPage> ReadAsync(long after, int maxCount, IReadOnlyList<TypePattern>? types, CancellationToken cancellationToken)
    {
        if (after >= tail.Head) return new ValueTask<EventPage>(new EventPage([], after));
        var events = new List<Event>(Math.Min(maxCount, 64));
        return tail.TryRead(after, maxCount, PageBytes, events)
            ? new ValueTask<EventPage>(new EventPage(events, events[^1].Sequence))
            : ReadStoreAsync(after, maxCount, PageBytes, types, cancellationToken);
    }

    /// <summary>Adds the events after <paramref name="after"/> to <paramref name="page"/>; false when the first of them is in the store only.</summary>
    public bool TryReadTail(long after, int maxCount, long maxBytes, List<Event> page) => tail.TryRead(after, maxCount, maxBytes, page);

    /// <summary>As <see cref="ReadAsync"/>, from the store.</summary>
    public async ValueTask<EventPage> ReadStoreAsync(
        long after, int maxCount, long maxBytes, IReadOnlyList<TypePattern>? types, CancellationToken cancellationToken)
    {
        var head = tail.Head;
        if (types is null && (after / SharedPages.Size + 1) * SharedPages.Size <= head && await _shared.ReadAsync(after, cancellationToken) is { } shared)
        {
            return Cut(shared, maxCount, maxBytes);
        }

        var page = await log.ReadAsync(after, maxCount, maxBytes, types, cancellationToken);
        if (page.Through <= head) return page;
        return new EventPage([.. page.Events.Where(e => e.Sequence <= head)], Math.Max(after, head));
    }

    private static EventPage Cut(ArraySegment<Event> events, int maxCount, long maxBytes)
    {
        var count = 0;
        for (var bytes = 0L; count < events.Count && count < maxCount && bytes < maxBytes; count++) bytes += events[count].Size;
        return new EventPage(events[..count], events[count - 1].Sequence);
    }
}
