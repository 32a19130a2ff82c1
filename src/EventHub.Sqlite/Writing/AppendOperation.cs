using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>Appends the events of one request with their keys. Everything is decided before anything is written.</summary>
internal sealed class AppendOperation : ResultOperation<AppendResult>
{
    private readonly AppendRequest _request;

    public AppendOperation(AppendRequest request, bool answersOnWriter)
        : base(answersOnWriter)
    {
        _request = request;
        Rows = request.Events.Count;
        foreach (var source in request.Events) Bytes += source.Size;
    }

    public override int Rows { get; }

    public override long Bytes { get; }

    /// <summary>Refuses what is no request.</summary>
    /// <exception cref="ArgumentException">It holds no event, or not one key (or <c>null</c>) per event.</exception>
    public static void Check(AppendRequest request)
    {
        if (request.Events.Count == 0) throw new ArgumentException("A request holds at least one event.", nameof(request));
        if (request.EventKeys is { } keys && keys.Count != request.Events.Count)
        {
            throw new ArgumentException($"There are {keys.Count} keys for {request.Events.Count} events; give one, or null, per event.", nameof(request));
        }
    }

    public override void Execute(WriteTransaction transaction)
    {
        // 1 a known request: the original answers, or a conflict
        if (_request.RequestKey is { } requestKey && IdempotencyTable.Find(transaction.Connection, requestKey, isRequest: true, _request.Now) is { } known)
        {
            Result = known.Length == 0 ? Conflict(-1) : new AppendResult { Events = known, IsReplay = true };
            return;
        }

        // 2 known events
        var answers = new AppendedEvent[_request.Events.Count];
        if (FindKnownEvents(transaction, answers) is { } conflict)
        {
            Result = Conflict(conflict);
            return;
        }

        // 3 the rest is new
        for (var i = 0; i < answers.Length; i++)
        {
            if (answers[i].IsDuplicate) continue;
            var appended = transaction.Append(_request.Events[i]);
            answers[i] = new AppendedEvent(appended.Id, appended.Sequence, false);
            if (_request.EventKeys?[i] is { } key) IdempotencyTable.Save(transaction.Connection, key, isRequest: false, answers.AsSpan(i, 1));
        }

        // 4 repeats within the request got their answers only now
        ResolveRepeats(answers);
        if (_request.RequestKey is { } newKey) IdempotencyTable.Save(transaction.Connection, newKey, isRequest: true, answers);
        Result = new AppendResult { Events = answers };
    }

    private static AppendResult Conflict(int index) => new() { Events = [], ConflictIndex = index };

    /// <summary>Marks duplicates: with their answers those known to the store, without (sequence 0) those of an earlier event of the request.</summary>
    /// <returns>Index of the first event whose key stood for another content; <c>null</c> when there is none.</returns>
    private int? FindKnownEvents(WriteTransaction transaction, AppendedEvent[] answers)
    {
        if (_request.EventKeys is not { } keys) return null;
        var seen = new Dictionary<string, IdempotencyKey>(StringComparer.Ordinal);
        for (var i = 0; i < answers.Length; i++)
        {
            if (keys[i] is not { } key) continue;
            if (seen.TryGetValue(key.Key, out var earlier))
            {
                if (!earlier.Hash.Span.SequenceEqual(key.Hash.Span)) return i;
                answers[i] = new AppendedEvent(default, 0, true);
                continue;
            }

            seen.Add(key.Key, key);
            if (IdempotencyTable.Find(transaction.Connection, key, isRequest: false, _request.Now) is not { } known) continue;
            if (known.Length == 0) return i;
            answers[i] = known[0] with { IsDuplicate = true };
        }

        return null;
    }

    private void ResolveRepeats(AppendedEvent[] answers)
    {
        if (_request.EventKeys is not { } keys) return;
        for (var i = 0; i < answers.Length; i++)
        {
            if (answers[i] is not { IsDuplicate: true, Sequence: 0 }) continue;
            var first = 0;
            while (keys[first]?.Key != keys[i]!.Key) first++;
            answers[i] = answers[first] with { IsDuplicate = true };
        }
    }
}
