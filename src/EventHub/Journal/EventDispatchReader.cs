using EventHub.Delivery;
using EventHub.Events;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Journal;

/// <summary>
/// Finds all dispatches of given events. Those with a result or an exception are in the store; the rest, above the floors, follow from routing:
/// the journal has no row for what has not been in trouble and has not ended.
/// </summary>
internal sealed class EventDispatchReader(IJournalStore store, SubscriptionRegistry registry, RunnerHost runners)
{
    /// <summary>Events further apart than this are asked for separately.</summary>
    private const int MaxGap = 16;

    /// <summary>The dispatches of each event, in order of key.</summary>
    /// <param name="events">Any order.</param>
    /// <param name="subscriptionKey">Only this subscription's.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public async ValueTask<Dictionary<long, List<DispatchInfo>>> ReadAsync(
        IReadOnlyList<Event> events, int? subscriptionKey, CancellationToken cancellationToken)
    {
        var bySequence = events.ToDictionary(e => e.Sequence, _ => new List<DispatchInfo>());
        // Floors first: what ends between the two reads is then found in the store.
        var floors = await FloorsAsync(subscriptionKey, cancellationToken);
        var stored = new HashSet<DispatchKey>();
        foreach (var (from, to) in Runs(events))
        {
            var query = new DispatchQuery { SubscriptionKey = subscriptionKey, FromSequence = from, ToSequence = to, Limit = int.MaxValue };
            foreach (var record in await store.QueryAsync(query, cancellationToken))
            {
                stored.Add(record.Key);
                if (bySequence.TryGetValue(record.Key.Sequence, out var dispatches)) dispatches.Add(Describe(record));
            }
        }

        foreach (var item in events) AddUnstored(item, floors, stored, bySequence[item.Sequence]);
        return bySequence;
    }

    /// <summary>Above this sequence the store alone does not tell.</summary>
    public async ValueTask<long> LowestFloorAsync(int? subscriptionKey, CancellationToken cancellationToken)
    {
        var lowest = long.MaxValue;
        foreach (var floor in (await FloorsAsync(subscriptionKey, cancellationToken)).Values) lowest = Math.Min(lowest, floor);
        return lowest;
    }

    /// <summary>A stored dispatch as shown to people.</summary>
    public DispatchInfo Describe(DispatchRecord record)
    {
        var subscription = registry.Find(record.Key.Subscription)?.Current.Subscription;
        var attempting = record.Status == DispatchStatus.Ongoing ? Attempting(record.Key) : 0;
        return new DispatchInfo
        {
            Id = DispatchId.Format(record.EventId, record.Key),
            EventId = record.EventId,
            Sequence = record.Key.Sequence,
            SubscriptionId = subscription?.Id ?? "",
            Subscription = subscription?.Name ?? "",
            Status = record.Status,
            AttemptCount = Math.Max(record.Attempts, attempting),
            CreatedAt = record.CreatedAt,
            NextAttemptAt = record.State is null || record.State == ExceptionState.Parked || attempting > 0 ? null : record.NextAttemptAt,
            ResultedAt = record.ResultedAt,
            LastError = record.LastError,
            State = record.State is { } state ? attempting > 0 ? "in_flight" : StateName(state) : null,
        };
    }

    private static string StateName(ExceptionState state) => state switch
    {
        ExceptionState.Retrying => "retrying",
        ExceptionState.Parked => "parked",
        ExceptionState.Started => "in_flight",
        _ => "requeued",
    };

    private void AddUnstored(Event item, Dictionary<int, long> floors, HashSet<DispatchKey> stored, List<DispatchInfo> dispatches)
    {
        var before = dispatches.Count;
        foreach (var (key, floor) in floors)
        {
            var dispatchKey = new DispatchKey(item.Sequence, key, 0);
            if (item.Sequence <= floor || stored.Contains(dispatchKey) || registry.Find(key) is not { IsDeleted: false } history) continue;
            if (history.At(item.Sequence) is not { } route || !route.Accepts(item)) continue;
            var attempting = Attempting(dispatchKey);
            dispatches.Add(new DispatchInfo
            {
                Id = DispatchId.Format(item.Id, dispatchKey),
                EventId = item.Id,
                Sequence = item.Sequence,
                SubscriptionId = history.Current.Subscription.Id,
                Subscription = history.Current.Subscription.Name,
                Status = DispatchStatus.Ongoing,
                AttemptCount = attempting,
                CreatedAt = item.CreatedAt,
                State = attempting > 0 ? "in_flight" : "waiting",
            });
        }

        if (dispatches.Count > before && before > 0)
        {
            dispatches.Sort((a, b) => KeyOf(a).CompareTo(KeyOf(b)));
        }
    }

    /// <summary>The key of a dispatch as shown.</summary>
    public static DispatchKey KeyOf(DispatchInfo info) =>
        DispatchId.TryParse(info.Id, out _, out var subscription, out var generation) ? new DispatchKey(info.Sequence, subscription, generation) : default;

    private int Attempting(DispatchKey key)
    {
        foreach (var runner in runners.Of(key.Subscription))
        {
            if (runner.InFlight == 0) continue;
            foreach (var (sequence, generation, attempts) in runner.Attempting)
            {
                if (sequence == key.Sequence && generation == key.Generation) return attempts;
            }
        }

        return 0;
    }

    /// <summary>Lowest floors of the main tracks: from the runners here, from the store for those elsewhere.</summary>
    private async ValueTask<Dictionary<int, long>> FloorsAsync(int? subscriptionKey, CancellationToken cancellationToken)
    {
        var floors = new Dictionary<int, long>();
        var isComplete = true;
        foreach (var history in registry.Histories.Values)
        {
            if (history.IsDeleted || (subscriptionKey is { } only && only != history.Key)) continue;
            if (runners.FloorOf(history.Key) is { } floor) floors[history.Key] = floor;
            else isComplete = false;
        }

        if (isComplete) return floors;
        foreach (var counts in await store.GetCountsAsync(cancellationToken))
        {
            if (subscriptionKey is null || subscriptionKey == counts.SubscriptionKey) floors.TryAdd(counts.SubscriptionKey, counts.Floor);
        }

        return floors;
    }

    private static IEnumerable<(long From, long To)> Runs(IReadOnlyList<Event> events)
    {
        var sequences = events.Select(e => e.Sequence).Order().ToList();
        for (var i = 0; i < sequences.Count;)
        {
            var last = i;
            while (last + 1 < sequences.Count && sequences[last + 1] - sequences[last] <= MaxGap) last++;
            yield return (sequences[i], sequences[last]);
            i = last + 1;
        }
    }
}
