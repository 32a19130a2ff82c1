using EventHub.Events;

namespace EventHub.Storage.Memory;

/// <summary>The log of the memory store.</summary>
internal sealed class MemoryEventLog(MemoryState state) : IEventLog
{
    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return state.Run(() => MemoryAppend.Run(state, request), cancellationToken);
    }

    public ValueTask<EventPage> ReadAsync(
        long after, int maxCount, long maxBytes, IReadOnlyList<TypePattern>? types, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCount, 1);
        return state.Run(() => Read(after, maxCount, maxBytes, types), cancellationToken);
    }

    public ValueTask<Event?> FindAsync(Guid id, CancellationToken cancellationToken) => state.Run(() => state.Events.Find(id)?.Event, cancellationToken);

    public ValueTask<IReadOnlyList<Event>> GetAsync(IReadOnlyList<long> sequences, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        return state.Run<IReadOnlyList<Event>>(
            () => [.. sequences.Select(sequence => state.Events.Find(sequence)?.Event).OfType<Event>()], cancellationToken);
    }

    public ValueTask<IReadOnlyList<Event>> QueryAsync(EventQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        return state.Run<IReadOnlyList<Event>>(() => [.. Scan(query).Where(e => Matches(query, e)).Take(query.Limit)], cancellationToken);
    }

    public ValueTask<long> FindSequenceBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken) => state.Run(() =>
        state.Events.Scan(1, long.MaxValue, descending: false).FirstOrDefault(e => e.CreatedAt >= time) is { } first
            ? first.Sequence - 1
            : state.Events.Head, cancellationToken);

    public ValueTask<LogState> GetStateAsync(CancellationToken cancellationToken) =>
        state.Run(() => new LogState(state.Epoch, state.Events.Head, state.Events.Trimmed), cancellationToken);

    public ValueTask<long> TrimAsync(long upTo, DateTimeOffset now, CancellationToken cancellationToken) => state.Run(() => Trim(upTo, now), cancellationToken);

    private EventPage Read(long after, int maxCount, long maxBytes, IReadOnlyList<TypePattern>? types)
    {
        var page = new List<Event>();
        var bytes = 0L;
        foreach (var read in state.Events.Scan(after == long.MaxValue ? after : after + 1, long.MaxValue, descending: false))
        {
            if (!MatchesAny(types, read.Type)) continue;
            page.Add(read);
            bytes += read.Size;
            if (page.Count == maxCount || bytes > maxBytes) return new EventPage(page, read.Sequence);
        }

        return new EventPage(page, Math.Max(after, state.Events.Head));
    }

    private IEnumerable<Event> Scan(EventQuery query)
    {
        if (query.Cursor is not { } cursor) return state.Events.Scan(1, long.MaxValue, query.Descending);
        if (query.Descending) return cursor <= 1 ? [] : state.Events.Scan(1, cursor - 1, descending: true);
        return cursor == long.MaxValue ? [] : state.Events.Scan(cursor + 1, long.MaxValue, descending: false);
    }

    private static bool Matches(EventQuery query, Event e) =>
        (query.Source is null || query.Source == e.Source)
        && (query.OrganizationId is null || query.OrganizationId == e.OrganizationId)
        && (query.UserId is null || query.UserId == e.UserId)
        && (query.Since is not { } since || e.CreatedAt >= since)
        && (query.Until is not { } until || e.CreatedAt < until)
        && MatchesAny(query.Types, e.Type);

    private static bool MatchesAny(IReadOnlyList<TypePattern>? patterns, string type)
    {
        if (patterns is null) return true;
        for (var i = 0; i < patterns.Count; i++)
        {
            if (patterns[i].Matches(type)) return true;
        }

        return false;
    }

    private long Trim(long upTo, DateTimeOffset now)
    {
        state.Keys.RemoveExpired(now);
        return state.Events.Trim(upTo).Count;
    }
}
