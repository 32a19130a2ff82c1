using EventHub.Events;
using EventHub.Log;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Journal;

/// <summary>Answers what became of every event, and delivers again what is asked for.</summary>
public sealed class DispatchJournal
{
    private const int RedrivePage = 500;
    private readonly IEventLog _log;
    private readonly IJournalStore _store;
    private readonly SubscriptionRegistry _registry;
    private readonly LogTail _tail;
    private readonly EventDispatchReader _reader;
    private readonly DispatchLister _lister;
    private readonly TimeProvider _time;

    internal DispatchJournal(IHubStore store, SubscriptionRegistry registry, LogTail tail, EventDispatchReader reader, TimeProvider time)
    {
        _log = store.Log;
        _store = store.Journal;
        _registry = registry;
        _tail = tail;
        _reader = reader;
        _lister = new DispatchLister(_log, _store, reader);
        _time = time;
    }

    /// <summary>Lists dispatches, ongoing ones included. Cursor and filters are checked by the caller; an unknown subscription or event gives an empty page.</summary>
    public async ValueTask<DispatchPage> ListAsync(DispatchListRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        int? key = null;
        if (request.SubscriptionId is { } id)
        {
            key = _registry.Find(id)?.Key;
            if (key is null) return new DispatchPage([], null);
        }

        if (request.EventId is { } eventId) return await ListOfEventAsync(request, eventId, key, cancellationToken);
        return await _lister.ListAsync(request, key, _tail.Head, cancellationToken);
    }

    /// <summary>One dispatch with its attempts, or <c>null</c>.</summary>
    public async ValueTask<DispatchDetails?> FindAsync(string dispatchId, CancellationToken cancellationToken)
    {
        if (await FindKeyAsync(dispatchId, cancellationToken) is not var (item, key)) return null;
        var dispatches = await _reader.ReadAsync([item], key.Subscription, cancellationToken);
        if (dispatches[item.Sequence].Find(d => d.Id == dispatchId) is not { } info) return null;
        return new DispatchDetails(info, await AttemptsAsync(key, info, cancellationToken));
    }

    /// <summary>What the dispatches of each of these events amount to, in their order.</summary>
    public async ValueTask<IReadOnlyList<EventProgress>> GetProgressAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        var dispatches = await _reader.ReadAsync(events, null, cancellationToken);
        return [.. events.Select(e => ProgressOf.Dispatches(dispatches[e.Sequence]))];
    }

    /// <summary>The dispatches of one event.</summary>
    public async ValueTask<EventDispatches> GetDispatchesAsync(Event source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var dispatches = (await _reader.ReadAsync([source], null, cancellationToken))[source.Sequence];
        var skipped = _registry.Histories.Values
            .Where(h => !h.IsDeleted && h.At(source.Sequence) is { Subscription.Active: false } route && route.Matches(source))
            .Select(h => new SkippedSubscription(h.Current.Subscription.Id, h.Current.Subscription.Name));
        return new EventDispatches(ProgressOf.Dispatches(dispatches), dispatches, [.. skipped]);
    }

    /// <summary>Delivers an ended dispatch again. Durable on return.</summary>
    /// <param name="dispatchId">The ended one.</param>
    /// <param name="delay">Wait before the first attempt; <c>null</c> for none.</param>
    /// <param name="retryLimit">Retries, in place of the subscription's.</param>
    /// <param name="retryDelay">Wait before each retry, in place of the subscription's.</param>
    /// <param name="cancellationToken">Cancels before it is taken up.</param>
    public async ValueTask<RequeueResult> RetryAsync(string dispatchId, TimeSpan? delay, int? retryLimit, TimeSpan? retryDelay, CancellationToken cancellationToken)
    {
        if (await FindAsync(dispatchId, cancellationToken) is not { } found) return new RequeueResult(RequeueStatus.NotFound, null);
        if (found.Dispatch.Status == DispatchStatus.Ongoing) return new RequeueResult(RequeueStatus.Ongoing, null);
        var now = _time.GetUtcNow();
        return await RequeueAsync(found.Dispatch, onlyDeadLetter: false, now, now + (delay ?? TimeSpan.Zero), retryLimit, retryDelay, cancellationToken);
    }

    /// <summary>Lists dead letters, newest event first unless asked otherwise.</summary>
    public async ValueTask<DeadLetterPage> ListDeadLettersAsync(DeadLetterFilter filter, bool descending, int limit, DispatchKey? cursor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (Query(filter, descending, limit + 1, cursor) is not { } query) return new DeadLetterPage([], null);
        var records = await _store.QueryAsync(query, cancellationToken);
        var events = await EventsAsync(records.Take(limit), cancellationToken);
        var letters = new List<DeadLetter>();
        foreach (var record in records.Take(limit))
        {
            if (events.TryGetValue(record.Key.Sequence, out var item)) letters.Add(await DeadLetterAsync(record, item, cancellationToken));
        }

        return new DeadLetterPage(letters, records.Count > limit ? DispatchCursor.Format(records[limit - 1].Key) : null);
    }

    /// <summary>One dead letter, or <c>null</c>.</summary>
    public async ValueTask<DeadLetter?> FindDeadLetterAsync(string dispatchId, CancellationToken cancellationToken)
    {
        if (await FindKeyAsync(dispatchId, cancellationToken) is not var (item, key)) return null;
        var record = (await RecordsOfAsync(item.Sequence, key.Subscription, cancellationToken)).FirstOrDefault(r => r.Key == key && r.IsDeadLetter);
        return record is null ? null : await DeadLetterAsync(record, item, cancellationToken);
    }

    /// <summary>Delivers one dead letter again. Durable on return.</summary>
    public async ValueTask<RequeueResult> RedriveAsync(string dispatchId, CancellationToken cancellationToken)
    {
        if (await FindDeadLetterAsync(dispatchId, cancellationToken) is not { } letter) return new RequeueResult(RequeueStatus.NotFound, null);
        var now = _time.GetUtcNow();
        return await RequeueAsync(letter.Dispatch, onlyDeadLetter: true, now, now, null, null, cancellationToken);
    }

    /// <summary>Delivers all dead letters that match again, in pages, each durable by itself. Those of deleted subscriptions stay. Returns how many.</summary>
    public async ValueTask<int> RedriveAllAsync(DeadLetterFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var redriven = 0;
        DispatchKey? cursor = null;
        // What dies again while this runs is not taken up again: it ended after the request came.
        var now = _time.GetUtcNow();
        var until = filter.Until is { } asked && asked < now ? asked : now.AddMilliseconds(1);
        while (Query(filter with { Until = until }, descending: false, RedrivePage, cursor) is { } query)
        {
            var records = await _store.QueryAsync(query, cancellationToken);
            if (records.Count == 0) break;
            cursor = records[^1].Key;
            foreach (var group in records.Where(r => _registry.Find(r.Key.Subscription) is { IsDeleted: false }).GroupBy(r => r.Key.Subscription))
            {
                var request = new RequeueRequest { SubscriptionKey = group.Key, Keys = [.. group.Select(r => r.Key)], OnlyDeadLetters = true, Now = now, DueAt = now };
                redriven += (await _store.RequeueAsync(request, cancellationToken)).Count;
            }
        }

        return redriven;
    }

    /// <summary>Takes a dead letter off the list; its result stays. False when it was not on it.</summary>
    public async ValueTask<bool> DismissAsync(string dispatchId, CancellationToken cancellationToken) =>
        await FindKeyAsync(dispatchId, cancellationToken) is var (_, key) && await _store.DismissDeadLettersAsync([key], cancellationToken) > 0;

    private async ValueTask<DispatchPage> ListOfEventAsync(DispatchListRequest request, Guid eventId, int? key, CancellationToken cancellationToken)
    {
        if (await _log.FindAsync(eventId, cancellationToken) is not { } item) return new DispatchPage([], null);
        var all = (await _reader.ReadAsync([item], key, cancellationToken))[item.Sequence]
            .Where(d => request.Status is not { } status || d.Status == status)
            .Where(d => request.Cursor is not { } cursor || (request.Descending ? EventDispatchReader.KeyOf(d) < cursor : EventDispatchReader.KeyOf(d) > cursor));
        var ordered = (request.Descending ? all.Reverse() : all).ToList();
        var page = ordered.Take(request.Limit).ToList();
        return new DispatchPage(page, ordered.Count > page.Count ? DispatchCursor.Format(EventDispatchReader.KeyOf(page[^1])) : null);
    }

    private async ValueTask<(Event Item, DispatchKey Key)?> FindKeyAsync(string dispatchId, CancellationToken cancellationToken)
    {
        if (!DispatchId.TryParse(dispatchId, out var eventId, out var subscription, out var generation)) return null;
        return await _log.FindAsync(eventId, cancellationToken) is { } item ? (item, new DispatchKey(item.Sequence, subscription, generation)) : null;
    }

    private async ValueTask<IReadOnlyList<DispatchRecord>> RecordsOfAsync(long sequence, int subscription, CancellationToken cancellationToken) =>
        await _store.QueryAsync(
            new DispatchQuery { SubscriptionKey = subscription, FromSequence = sequence, ToSequence = sequence, Limit = int.MaxValue }, cancellationToken);

    /// <summary>The attempts written down; one that succeeded at once is told by its result.</summary>
    private async ValueTask<IReadOnlyList<AttemptRecord>> AttemptsAsync(DispatchKey key, DispatchInfo info, CancellationToken cancellationToken)
    {
        var attempts = await _store.GetAttemptsAsync(key, cancellationToken);
        if (attempts.Count > 0 || info.AttemptCount != 1 || info.ResultedAt is not { } resultedAt) return attempts;
        var record = (await RecordsOfAsync(key.Sequence, key.Subscription, cancellationToken)).FirstOrDefault(r => r.Key == key);
        return record is null ? [] :
        [
            new AttemptRecord
            {
                Key = key, Number = 1, StartedAt = resultedAt - record.Duration, Duration = record.Duration, Outcome = DispatchNames.Of(record.Status),
                HttpStatus = record.HttpStatus, ResponseBody = record.ResponseBody, Error = record.LastError,
            },
        ];
    }

    private DispatchQuery? Query(DeadLetterFilter filter, bool descending, int limit, DispatchKey? cursor)
    {
        int? key = null;
        if (filter.SubscriptionId is { } id && (key = _registry.Find(id)?.Key) is null) return null;
        return new DispatchQuery
        {
            DeadLettersOnly = true, SubscriptionKey = key, ResultedSince = filter.Since, ResultedUntil = filter.Until, Type = filter.Type,
            Descending = descending, Cursor = cursor, Limit = limit,
        };
    }

    private async ValueTask<Dictionary<long, Event>> EventsAsync(IEnumerable<DispatchRecord> records, CancellationToken cancellationToken) =>
        (await _log.GetAsync([.. records.Select(r => r.Key.Sequence).Distinct()], cancellationToken)).ToDictionary(e => e.Sequence);

    private async ValueTask<DeadLetter> DeadLetterAsync(DispatchRecord record, Event item, CancellationToken cancellationToken)
    {
        var info = _reader.Describe(record);
        var details = new DispatchDetails(info, await AttemptsAsync(record.Key, info, cancellationToken));
        var subscription = _registry.Find(record.Key.Subscription)?.Current.Subscription
            ?? throw new StorageException(StorageFailure.Corrupt, $"Dead letter {info.Id} belongs to subscription {record.Key.Subscription}, which is not in the store.");
        return new DeadLetter(info, record.LastError ?? DispatchNames.Of(record.Status), item, subscription, details);
    }

    private async ValueTask<RequeueResult> RequeueAsync(
        DispatchInfo dispatch, bool onlyDeadLetter, DateTimeOffset now, DateTimeOffset dueAt, int? retryLimit, TimeSpan? retryDelay, CancellationToken cancellationToken)
    {
        var key = EventDispatchReader.KeyOf(dispatch);
        if (_registry.Find(key.Subscription) is not { IsDeleted: false }) return new RequeueResult(RequeueStatus.SubscriptionDeleted, null);
        var request = new RequeueRequest
        {
            SubscriptionKey = key.Subscription, Keys = [key], OnlyDeadLetters = onlyDeadLetter, Now = now, DueAt = dueAt, RetryLimit = retryLimit, RetryDelay = retryDelay,
        };
        var requeued = await _store.RequeueAsync(request, cancellationToken);
        return requeued.Count == 0
            ? new RequeueResult(RequeueStatus.NotFound, null)
            : new RequeueResult(RequeueStatus.Requeued, DispatchId.Format(dispatch.EventId, requeued[0]));
    }
}
