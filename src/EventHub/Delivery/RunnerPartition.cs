using EventHub.Events;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Delivery;

/// <summary>
/// What of its subscription is a runner's: the events of its partition, what of them has ended already, and its part of the bounds. With one partition,
/// all of it.
/// </summary>
internal sealed class RunnerPartition(RunnerServices services, Lease lease, EventRoute layout)
{
    /// <summary>Results are read so many at a time: beside a partition that lags, the others' go on and on.</summary>
    private const int EndedPortion = 10_000;

    /// <summary>Generations whose results are not all read, and up to where they are.</summary>
    private readonly Dictionary<int, long> _endedThrough = [];

    public int Count { get; } = layout.Subscription.Delivery.Partitions;

    public bool Owns(string? lane, long sequence) => Count == 1 || Partitions.Of(lane, sequence, Count) == lease.Partition;

    /// <summary>
    /// The lane of an event. On the main track it is that of the version at the event's sequence. A replay goes by the newest; several partitions have to
    /// agree on which that is, so they go by the version they were laid out by, which has the newest ordering key, or will be replaced.
    /// </summary>
    public string? LaneOf(Event item, EventRoute route, bool isMain) => (isMain || Count == 1 ? route : layout).LaneOf(item);

    /// <summary>Its part of the exceptions. Those of replays may have been laid out by another ordering key, and go by the present one.</summary>
    public async ValueTask<IReadOnlyList<ExceptionRecord>> OwnAsync(IReadOnlyList<ExceptionRecord> exceptions)
    {
        if (Count == 1) return exceptions;
        var own = new List<ExceptionRecord>();
        foreach (var portion in exceptions.Chunk(services.Options.BatchSize))
        {
            var replayed = portion.Where(e => e.Key.Generation != 0).Select(e => e.Key.Sequence).Distinct().ToList();
            var events = replayed.Count == 0 ? [] : (await services.Store.Log.GetAsync(replayed, CancellationToken.None)).ToDictionary(e => e.Sequence);
            foreach (var exception in portion)
            {
                var laid = exception.Key.Generation == 0 ? exception : exception with { Lane = events.TryGetValue(exception.Key.Sequence, out var item) ? layout.LaneOf(item) : null };
                if (Owns(laid.Lane, laid.Key.Sequence)) own.Add(laid);
            }
        }

        return own;
    }

    /// <summary>Up to where it is known what has ended; further reading waits for <see cref="ReadEndedAsync"/>.</summary>
    public long EndedThrough(int generation) => _endedThrough.Count == 0 ? long.MaxValue : _endedThrough.GetValueOrDefault(generation, long.MaxValue);

    /// <summary>
    /// Reads the next portion of what has ended above a place. Nothing of it is missed later: results of this partition are written by this runner alone, for
    /// what it has read.
    /// </summary>
    public async ValueTask ReadEndedAsync(int generation, long after, DispatchWindow window)
    {
        var ended = await services.Store.Dispatches.ReadEndedAsync(lease.SubscriptionKey, generation, after, EndedPortion, CancellationToken.None);
        window.EndedAboveFloor.Forget(generation, after);
        foreach (var sequence in ended) window.EndedAboveFloor.Add(new DispatchKey(sequence, lease.SubscriptionKey, generation));
        if (ended.Count == EndedPortion) _endedThrough[generation] = ended[^1];
        else _endedThrough.Remove(generation);
    }

    /// <summary>Its part of the subscription's bounds, which hold for all partitions together.</summary>
    public WindowSettings Settings(Subscription subscription)
    {
        var concurrency = Math.Max(1, Part(subscription.Delivery.Concurrency));
        return new WindowSettings
        {
            Concurrency = concurrency,
            Capacity = Math.Max(services.Options.BatchSize, concurrency * 2),
            MaxExceptions = Math.Max(1, Part(services.Options.MaxExceptions)),
            IsPaused = subscription.Paused,
            IsInactive = !subscription.Active,
            RateLimit = subscription.Delivery.RateLimit is { } rate ? Part(rate) : null,
        };
    }

    private int Part(int whole) => (whole / Count) + (lease.Partition < whole % Count ? 1 : 0);

    /// <summary>With fewer than one per partition and period, one each in a longer period.</summary>
    private RateLimit Part(RateLimit whole) =>
        whole.Limit >= Count ? whole with { Limit = Part(whole.Limit) } : new RateLimit(1, whole.Period * Count / whole.Limit);
}
