namespace EventHub.Storage.Memory;

/// <summary>Finds dispatches: by the list of dead letters or of exceptions where only those are wanted, else along the log.</summary>
internal static class MemoryDispatchQuery
{
    public static IReadOnlyList<DispatchRecord> Run(MemoryState state, DispatchQuery query)
    {
        var first = new DispatchKey(query.FromSequence ?? 1, int.MinValue, int.MinValue);
        var last = new DispatchKey(query.ToSequence ?? long.MaxValue, int.MaxValue, int.MaxValue);
        if (query.Cursor is { } cursor)
        {
            if (query.Descending && cursor < last) last = cursor;
            if (!query.Descending && cursor > first) first = cursor;
        }

        if (first > last) return [];
        return [.. Candidates(state, query, first, last)
            .Where(dispatch => dispatch.Key >= first && dispatch.Key <= last && dispatch.Key != query.Cursor && Matches(query, dispatch))
            .Select(dispatch => dispatch.ToRecord()).OfType<DispatchRecord>().Take(query.Limit)];
    }

    private static IEnumerable<MemoryDispatch> Candidates(MemoryState state, DispatchQuery query, DispatchKey first, DispatchKey last)
    {
        if (query.DeadLettersOnly) return InOrder(state, state.DeadLetters, query, first, last);
        if (query.Statuses is [DispatchStatus.Ongoing]) return InOrder(state, state.Exceptions, query, first, last);
        return state.Events.ScanAll(first.Sequence, last.Sequence, query.Descending)
            .SelectMany(source => query.Descending ? source.Dispatches.Reverse() : source.Dispatches);
    }

    private static IEnumerable<MemoryDispatch> InOrder(
        MemoryState state, SortedSet<DispatchKey> keys, DispatchQuery query, DispatchKey first, DispatchKey last)
    {
        var range = keys.GetViewBetween(first, last);
        return (query.Descending ? range.Reverse() : range).Select(key => state.Events.Find(key)!);
    }

    private static bool Matches(DispatchQuery query, MemoryDispatch dispatch) =>
        (query.Statuses is null || query.Statuses.Contains(dispatch.Status))
        && (query.SubscriptionKey is not { } subscription || dispatch.Key.Subscription == subscription)
        && (!query.DeadLettersOnly || dispatch.IsDeadLetter)
        && (query.ResultedSince is not { } since || dispatch.Result?.ResultedAt >= since)
        && (query.ResultedUntil is not { } until || dispatch.Result?.ResultedAt < until)
        && (query.Type is null || query.Type.Matches(dispatch.Source.Event.Type));
}
