using EventHub.Events;
using EventHub.Storage;

namespace EventHub.AspNetCore.Http.Reading;

/// <summary>
/// Reads a page of events, bounded by number and by bytes: a thousand events may be a gigabyte. A page cut by bytes ends early, and its
/// cursor goes on from there.
/// </summary>
internal static class EventPageReader
{
    /// <summary>A page ends after the event that passes this size.</summary>
    public const long MaxBytes = 16 * 1024 * 1024;

    private const int FirstStep = 101;
    private const int SmallStep = 16;

    /// <summary>Reads the page.</summary>
    /// <returns>The events, and whether there are more.</returns>
    public static async ValueTask<(IReadOnlyList<Event> Events, bool HasMore)> ReadAsync(IEventLog log, EventQuery query, CancellationToken cancellationToken)
    {
        var events = new List<Event>(Math.Min(query.Limit, FirstStep));
        var bytes = 0L;
        var step = FirstStep;
        while (true)
        {
            // One more than asked for tells whether there is more.
            var wanted = Math.Min(query.Limit + 1 - events.Count, step);
            var cursor = events.Count == 0 ? query.Cursor : events[^1].Sequence;
            var read = await log.QueryAsync(query with { Limit = wanted, Cursor = cursor }, cancellationToken);
            foreach (var item in read)
            {
                if (events.Count == query.Limit || bytes >= MaxBytes) return (events, true);
                events.Add(item);
                bytes += item.Size;
            }

            if (read.Count < wanted) return (events, false);
            // Steps grow only while events are small, so that no step reads much more than a page may hold.
            step = bytes / events.Count * FirstStep * 4 < MaxBytes ? FirstStep * 4 : SmallStep;
        }
    }
}
