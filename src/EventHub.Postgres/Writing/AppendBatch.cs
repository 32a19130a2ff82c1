using EventHub.Events;
using EventHub.Storage;

namespace EventHub.Postgres.Writing;

/// <summary>
/// Several requests to append in one transaction, each decided by itself, in order, against the keys that are known: those read from the database, and those
/// of the requests before it. Nothing is written here, and where in the log it will stand is not known yet: sequences of new events count from 1 and
/// negative (-1, -2, …) until <see cref="Place"/> gives them their base.
/// </summary>
internal sealed class AppendBatch
{
    private readonly Dictionary<KeyDigest, KnownKey> _known;
    private readonly Dictionary<KeyDigest, KnownKey> _new = [];
    private readonly List<Event> _events = [];
    private readonly List<AppendResult> _results = [];

    /// <param name="requests">In the order they came.</param>
    /// <param name="known">Keys that are in the database.</param>
    public AppendBatch(IEnumerable<AppendRequest> requests, Dictionary<KeyDigest, KnownKey>? known = null)
    {
        _known = known ?? [];
        foreach (var request in requests)
        {
            EarliestTime = EarliestTime is { } earliest && earliest <= request.Now ? earliest : request.Now;
            _results.Add(Decide(request));
        }
    }

    /// <summary>Events to append, not yet at their place.</summary>
    public IReadOnlyList<Event> Events => _events;

    /// <summary>Keys to write down, with answers whose sequences are relative.</summary>
    public IReadOnlyDictionary<KeyDigest, KnownKey> NewKeys => _new;

    /// <summary>All keys the requests carry: what has to be looked up when one of them is known.</summary>
    public Dictionary<KeyDigest, DateTimeOffset> AllKeys { get; } = [];

    /// <summary>The earliest time any of them is judged by.</summary>
    public DateTimeOffset? EarliestTime { get; }

    /// <summary>The events at their places after <paramref name="basis"/>.</summary>
    public List<Event> Place(long basis)
    {
        var placed = new List<Event>(_events.Count);
        foreach (var source in _events) placed.Add(source.At(++basis));
        return placed;
    }

    /// <summary>The answer to the request at this index.</summary>
    public AppendResult ResultAt(int index, long basis)
    {
        var result = _results[index];
        if (result.Events.Count == 0) return result;
        var events = new AppendedEvent[result.Events.Count];
        for (var i = 0; i < events.Length; i++)
        {
            var answer = result.Events[i];
            events[i] = answer.Sequence < 0 ? answer with { Sequence = basis - answer.Sequence } : answer;
        }

        return new AppendResult { Events = events, IsReplay = result.IsReplay };
    }

    private static AppendResult Conflict(int index) => new() { Events = [], ConflictIndex = index };

    private AppendResult Decide(AppendRequest request)
    {
        // 1 a known request: the original answers, or a conflict
        if (request.RequestKey is { } requestKey && Find(requestKey, isRequest: true, request.Now) is { } known)
        {
            return known.Hash.Span.SequenceEqual(requestKey.Hash.Span) ? new AppendResult { Events = known.Answers, IsReplay = true } : Conflict(-1);
        }

        // 2 known events
        var answers = new AppendedEvent[request.Events.Count];
        if (FindKnownEvents(request, answers) is { } conflict) return Conflict(conflict);

        // 3 the rest is new
        for (var i = 0; i < answers.Length; i++)
        {
            if (answers[i].IsDuplicate) continue;
            _events.Add(request.Events[i]);
            answers[i] = new AppendedEvent(request.Events[i].Id, -_events.Count, false);
            if (request.EventKeys?[i] is { } key) Save(key, isRequest: false, [answers[i]]);
        }

        // 4 repeats within the request got their answers only now
        ResolveRepeats(request, answers);
        if (request.RequestKey is { } newKey) Save(newKey, isRequest: true, answers);
        return new AppendResult { Events = answers };
    }

    /// <summary>Marks duplicates: with their answers those known, without (sequence 0) those of an earlier event of the request.</summary>
    /// <returns>Index of the first event whose key stood for another content; <c>null</c> when there is none.</returns>
    private int? FindKnownEvents(AppendRequest request, AppendedEvent[] answers)
    {
        if (request.EventKeys is not { } keys) return null;
        Dictionary<string, IdempotencyKey>? seen = null;
        for (var i = 0; i < answers.Length; i++)
        {
            if (keys[i] is not { } key) continue;
            seen ??= new Dictionary<string, IdempotencyKey>(StringComparer.Ordinal);
            if (seen.TryGetValue(key.Key, out var earlier))
            {
                if (!earlier.Hash.Span.SequenceEqual(key.Hash.Span)) return i;
                answers[i] = new AppendedEvent(default, 0, true);
                continue;
            }

            seen.Add(key.Key, key);
            if (Find(key, isRequest: false, request.Now) is not { } known) continue;
            if (!known.Hash.Span.SequenceEqual(key.Hash.Span)) return i;
            answers[i] = known.Answers[0] with { IsDuplicate = true };
        }

        return null;
    }

    private static void ResolveRepeats(AppendRequest request, AppendedEvent[] answers)
    {
        if (request.EventKeys is not { } keys) return;
        for (var i = 0; i < answers.Length; i++)
        {
            if (answers[i] is not { IsDuplicate: true, Sequence: 0 }) continue;
            var first = 0;
            while (keys[first]?.Key != keys[i]!.Key) first++;
            answers[i] = answers[first] with { IsDuplicate = true };
        }
    }

    private KnownKey? Find(IdempotencyKey key, bool isRequest, DateTimeOffset now)
    {
        var digest = KeyDigest.Of(key, isRequest);
        if (!AllKeys.TryGetValue(digest, out var earliest) || now < earliest) AllKeys[digest] = now;
        if (!_new.TryGetValue(digest, out var known) && !_known.TryGetValue(digest, out known)) return null;
        return known.ExpiresAt > now ? known : null;
    }

    private void Save(IdempotencyKey key, bool isRequest, AppendedEvent[] answers) =>
        _new[KeyDigest.Of(key, isRequest)] = new KnownKey(key.Hash, answers, key.ExpiresAt);
}
