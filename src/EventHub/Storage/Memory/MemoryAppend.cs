using EventHub.Events;

namespace EventHub.Storage.Memory;

/// <summary>Appends one request: all answers are found first, then all is committed.</summary>
internal static class MemoryAppend
{
    public static AppendResult Run(MemoryState state, AppendRequest request)
    {
        Check(request);
        if (request.RequestKey is { } requestKey && state.Keys.TryFindRequest(requestKey.Key, request.Now, out var known))
        {
            return requestKey.Hash.Span.SequenceEqual(known.Hash)
                ? new AppendResult { Events = [.. known.Answers], IsReplay = true }
                : new AppendResult { Events = [], ConflictIndex = -1 };
        }

        var answers = new AppendedEvent[request.Events.Count];
        var fresh = new List<Event>(answers.Length);
        var ids = new HashSet<Guid>(answers.Length);
        var firstUses = new Dictionary<string, (IdempotencyKey Key, AppendedEvent Answer)>(StringComparer.Ordinal);
        for (var i = 0; i < answers.Length; i++)
        {
            var key = request.EventKeys?[i];
            if (key is not null && FindOriginal(state, firstUses, key, request.Now) is { } original)
            {
                if (!original.IsSame) return new AppendResult { Events = [], ConflictIndex = i };
                answers[i] = original.Answer with { IsDuplicate = true };
                continue;
            }

            var added = request.Events[i].At(state.Events.Head + fresh.Count + 1);
            if (state.Events.Contains(added.Id) || !ids.Add(added.Id))
            {
                throw new StorageException(StorageFailure.Refused, $"The log already holds an event with id {added.Id}; give every event its own.");
            }

            fresh.Add(added);
            answers[i] = new AppendedEvent(added.Id, added.Sequence, IsDuplicate: false);
            if (key is not null) firstUses[key.Key] = (key, answers[i]);
        }

        // Nothing has changed up to here; nothing below can fail.
        fresh.ForEach(state.Events.Add);
        foreach (var (key, answer) in firstUses.Values) state.Keys.SetEvent(key, answer);
        if (request.RequestKey is not null) state.Keys.SetRequest(request.RequestKey, [.. answers]);
        if (fresh.Count > 0) state.TellAppended_NeedsLock(fresh.AsReadOnly());
        return new AppendResult { Events = answers };
    }

    /// <summary>What was published under the key before, or earlier in the same request; <c>null</c> when nothing was.</summary>
    private static (bool IsSame, AppendedEvent Answer)? FindOriginal(
        MemoryState state, Dictionary<string, (IdempotencyKey Key, AppendedEvent Answer)> firstUses, IdempotencyKey key, DateTimeOffset now)
    {
        if (state.Keys.TryFindEvent(key.Key, now, out var known)) return (key.Hash.Span.SequenceEqual(known.Hash), known.Answers[0]);
        return firstUses.TryGetValue(key.Key, out var first) ? (key.Hash.Span.SequenceEqual(first.Key.Hash.Span), first.Answer) : null;
    }

    private static void Check(AppendRequest request)
    {
        if (request.Events.Count == 0) throw new ArgumentException("A request holds at least one event.", nameof(request));
        if (request.EventKeys is { } keys && keys.Count != request.Events.Count)
        {
            throw new ArgumentException($"There are {keys.Count} keys for {request.Events.Count} events; give one, or null, per event.", nameof(request));
        }
    }
}
