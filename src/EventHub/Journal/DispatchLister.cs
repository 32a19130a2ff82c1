using EventHub.Storage;

namespace EventHub.Journal;

/// <summary>
/// Lists dispatches in order of key, page by page: below the lowest floor from the store alone, above it event by event, since there
/// dispatches that have no row yet lie between those that have.
/// </summary>
internal sealed class DispatchLister(IEventLog log, IJournalStore store, EventDispatchReader reader)
{
    private const int EventsPerStep = 64;

    /// <summary>Steps above the floor in one page: a page that finds little ends early, with a cursor.</summary>
    private const int MaxSteps = 64;

    public async ValueTask<DispatchPage> ListAsync(
        DispatchListRequest request, int? subscriptionKey, long head, CancellationToken cancellationToken)
    {
        var floor = Math.Min(head, await reader.LowestFloorAsync(subscriptionKey, cancellationToken));
        var page = new List<DispatchInfo>();
        var cursor = request.Cursor;
        if (request.Descending)
        {
            if (cursor is null || cursor.Value.Sequence > floor)
            {
                cursor = await AddOpenAsync(request, subscriptionKey, floor, head, cursor, page, cancellationToken);
                if (cursor is not null) return new DispatchPage(page, DispatchCursor.Format(cursor.Value));
            }

            return await AddStoredAsync(request, subscriptionKey, 0, floor, request.Cursor is { } c && c.Sequence <= floor ? c : null, page, cancellationToken);
        }

        if (cursor is null || cursor.Value.Sequence <= floor)
        {
            var stored = await AddStoredAsync(request, subscriptionKey, 0, floor, cursor, page, cancellationToken);
            if (stored.NextCursor is not null) return stored;
            cursor = null;
        }

        cursor = await AddOpenAsync(request, subscriptionKey, floor, head, cursor, page, cancellationToken);
        return new DispatchPage(page, cursor is { } next ? DispatchCursor.Format(next) : null);
    }

    private async ValueTask<DispatchPage> AddStoredAsync(
        DispatchListRequest request, int? subscriptionKey, long from, long to, DispatchKey? cursor, List<DispatchInfo> page, CancellationToken cancellationToken)
    {
        var room = request.Limit - page.Count;
        var records = await store.QueryAsync(
            new DispatchQuery
            {
                Statuses = request.Status is { } status ? [status] : null,
                SubscriptionKey = subscriptionKey,
                FromSequence = from,
                ToSequence = to,
                Descending = request.Descending,
                Cursor = cursor,
                Limit = room + 1,
            },
            cancellationToken);
        page.AddRange(records.Take(room).Select(reader.Describe));
        return new DispatchPage(page, records.Count > room && page.Count > 0 ? DispatchCursor.Format(EventDispatchReader.KeyOf(page[^1])) : null);
    }

    /// <summary>Adds dispatches of the events above the floor. Returns where the next page begins, <c>null</c> when that range is through.</summary>
    private async ValueTask<DispatchKey?> AddOpenAsync(
        DispatchListRequest request, int? subscriptionKey, long floor, long head, DispatchKey? cursor, List<DispatchInfo> page, CancellationToken cancellationToken)
    {
        // The cursor's own event may have dispatches beyond the cursor: it is looked at again.
        var next = cursor is { } c ? c.Sequence : request.Descending ? head : floor + 1;
        for (var step = 0; step < MaxSteps; step++)
        {
            var from = request.Descending ? Math.Max(floor + 1, next - EventsPerStep + 1) : next;
            var to = request.Descending ? next : Math.Min(head, next + EventsPerStep - 1);
            if (from > to) return null;
            var events = (await log.ReadAsync(from - 1, (int)(to - from + 1), long.MaxValue, null, cancellationToken)).Events.Where(e => e.Sequence <= to).ToList();
            var dispatches = await reader.ReadAsync(events, subscriptionKey, cancellationToken);
            foreach (var sequence in request.Descending ? dispatches.Keys.OrderDescending() : dispatches.Keys.Order())
            {
                foreach (var info in request.Descending ? dispatches[sequence].AsEnumerable().Reverse() : dispatches[sequence])
                {
                    var key = EventDispatchReader.KeyOf(info);
                    if (request.Status is { } status && info.Status != status) continue;
                    if (cursor is { } after && (request.Descending ? key >= after : key <= after)) continue;
                    if (page.Count >= request.Limit) return EventDispatchReader.KeyOf(page[^1]);
                    page.Add(info);
                }
            }

            next = request.Descending ? from - 1 : to + 1;
        }

        if (request.Descending ? next <= floor : next > head) return null;
        return request.Descending ? new DispatchKey(next, int.MaxValue, int.MaxValue) : new DispatchKey(next, 0, 0);
    }
}
