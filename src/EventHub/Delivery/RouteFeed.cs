using EventHub.Events;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Delivery;

/// <summary>
/// One reading of the log for many runners: who is fed by it, and the route table of their subscriptions. What an event costs goes by how many of them take it.
/// Its owner keeps callers apart; only <see cref="Position"/> may be read by anybody.
/// </summary>
/// <remarks>
/// The table holds every version of a subscription that can be in effect from where its runner reads on; of those that match, the one in effect at the event's
/// sequence counts. So a change costs one addition, and one that lies ahead or behind is no special case.
/// </remarks>
internal sealed class RouteFeed(SubscriptionRegistry registry, long position, int distance)
{
    /// <summary>Up to so many patterns the store looks for; of more, most of what it reads is for somebody.</summary>
    private const int MostPatterns = 64;

    /// <summary>Routes that count no more, and entries without a runner, are let be until there are as many as others, and these.</summary>
    private const int Slack = 64;

    private readonly HashSet<EventRoute> _matches = [];
    private Dictionary<int, FedSubscription> _fed = [];
    private RouteTable _table = new([]);
    private long _position = position;
    private int _loose;

    /// <summary>Every event up to here has been put into the inboxes of the runners that take it.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>How far behind it began: a class, see <see cref="EventRouter"/>. Negative: it is the one that keeps up.</summary>
    public int Distance => distance;

    /// <summary>Keeps up with the log.</summary>
    public bool IsLive => distance < 0;

    /// <summary>Grows with every runner and version that comes in.</summary>
    public int Version { get; private set; }

    public bool HasStarted { get; set; }

    /// <summary>Runners that were fed, or refused, since it was cleared: to be woken.</summary>
    public HashSet<SubscriptionRunner> Touched { get; } = [];

    public IEnumerable<SubscriptionRunner> Runners => _fed.Values.SelectMany(static fed => fed.Partitions).OfType<SubscriptionRunner>();

    public bool IsEmpty => _fed.Values.All(static fed => fed.IsVacant);

    /// <summary>Before it has started: begins no later than here.</summary>
    public void BeginBefore(long sequence) => _position = Math.Min(_position, sequence);

    /// <summary>Feeds a runner from now on, what is after <see cref="SubscriptionRunner.FedAfter"/>.</summary>
    public void Add(SubscriptionRunner runner)
    {
        var history = registry.Find(runner.Key)!;
        if (!_fed.TryGetValue(runner.Key, out var fed)) _fed.Add(runner.Key, fed = new FedSubscription(history, runner.Partitions));
        // The runners of one layout are gone before the next one's are there.
        if (fed.Partitions.Length != runner.Partitions) fed.Partitions = new SubscriptionRunner?[runner.Partitions];
        fed.Partitions[runner.Lease.Partition] = runner;
        AddRoutes(fed, history, history.IndexAfter(runner.FedAfter));
        Version++;
        runner.Feed = this;
    }

    public void Remove(SubscriptionRunner runner)
    {
        if (_fed.TryGetValue(runner.Key, out var fed) && fed.Partitions.Contains(runner)) Vacate(fed, runner);
    }

    /// <summary>A subscription has a new version, which the registry knows.</summary>
    public void Changed(int key)
    {
        if (!_fed.TryGetValue(key, out var fed) || registry.Find(key) is not { } history) return;
        AddRoutes(fed, history, fed.First);
        Version++;
        Loosen();
    }

    /// <summary>The only types anybody here waits for, if they are few; else <c>null</c>, for all.</summary>
    public IReadOnlyList<TypePattern>? Filter()
    {
        var patterns = new List<TypePattern> { TypePattern.Parse(TestEvent.Type) };
        foreach (var fed in _fed.Values)
        {
            if (fed.IsVacant) continue;
            for (var i = fed.First; i < fed.History.Routes.Count; i++) patterns.AddRange(fed.History.Routes[i].Patterns);
            if (patterns.Count > MostPatterns) return null;
        }

        return patterns.Exists(static pattern => pattern.MatchesAll) ? null : patterns;
    }

    /// <summary>Puts the events of a page into the inboxes of those who take them. A runner without room is let go of there.</summary>
    public void Route(EventPage page)
    {
        foreach (var item in page.Events) RouteOne(item);
        Volatile.Write(ref _position, page.Through);
    }

    private void RouteOne(Event item)
    {
        _table.Match(item, _matches);
        foreach (var route in _matches)
        {
            if (!_fed.TryGetValue(route.Key, out var fed) || fed.History.At(item.Sequence) != route) continue;
            var partitions = fed.Partitions;
            if (partitions[partitions.Length == 1 ? 0 : Partitions.Of(route.LaneOf(item), item.Sequence, partitions.Length)] is not { } runner) continue;
            if (item.Sequence <= runner.FedAfter) continue;
            Touched.Add(runner);
            if (runner.TryOffer(item)) continue;
            runner.DetachedAt = item.Sequence - 1;
            Vacate(fed, runner);
        }

        _matches.Clear();
        if (_loose > _fed.Count + Slack) Rebuild();
    }

    /// <summary>Adds to the table what it lacks of the versions from an index on.</summary>
    private void AddRoutes(FedSubscription fed, SubscriptionHistory history, int first)
    {
        for (var i = Math.Min(first, fed.First); i < history.Routes.Count; i++)
        {
            if (i < fed.First || i >= fed.Known) _table.Add(history.Routes[i]);
        }

        (fed.History, fed.First, fed.Known) = (history, Math.Min(first, fed.First), history.Routes.Count);
    }

    private void Vacate(FedSubscription fed, SubscriptionRunner runner)
    {
        fed.Partitions[runner.Lease.Partition] = null;
        if (fed.IsVacant) Loosen();
    }

    private void Loosen() => _loose++;

    private void Rebuild()
    {
        var old = _fed.Values;
        _loose = 0;
        _fed = [];
        _table = new RouteTable([]);
        foreach (var fed in old)
        {
            if (fed.IsVacant) continue;
            var kept = new FedSubscription(fed.History, fed.Partitions.Length);
            fed.Partitions.CopyTo(kept.Partitions, 0);
            _fed.Add(fed.History.Key, kept);
            AddRoutes(kept, fed.History, Math.Max(fed.First, fed.History.IndexAfter(Position)));
        }
    }

    /// <summary>A subscription with its runners here; for a partition of which none is fed, <c>null</c>.</summary>
    private sealed class FedSubscription(SubscriptionHistory history, int partitions)
    {
        public SubscriptionHistory History { get; set; } = history;

        public SubscriptionRunner?[] Partitions { get; set; } = new SubscriptionRunner?[partitions];

        /// <summary>The routes in the table are those of the versions from this index on, up to <see cref="Known"/>.</summary>
        public int First { get; set; } = history.Routes.Count;

        public int Known { get; set; } = history.Routes.Count;

        public bool IsVacant => Array.TrueForAll(Partitions, static runner => runner is null);
    }
}
