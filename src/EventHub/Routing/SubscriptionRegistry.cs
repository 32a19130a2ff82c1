using System.Collections.Immutable;
using EventHub.Log;

namespace EventHub.Routing;

/// <summary>
/// All subscriptions with their versions, and the route tables made of them. Changes are applied in commit order with the tail's events, so a
/// reader that has an event from the tail finds every change before it here.
/// </summary>
internal sealed class SubscriptionRegistry
{
    private readonly Lock _lock = new();
    private readonly Queue<(long From, Lazy<RouteTable> Table)> _coming = new();
    private AsyncSignal[] _signals = [];
    private ImmutableSortedDictionary<int, SubscriptionHistory> _histories = ImmutableSortedDictionary<int, SubscriptionHistory>.Empty;
    private ImmutableDictionary<string, int> _keys = ImmutableDictionary.Create<string, int>(StringComparer.Ordinal);
    private Lazy<RouteTable> _current = new(() => new RouteTable([]));
    private long _changedAt;

    /// <summary>All histories by key, those of deleted subscriptions included. A consistent snapshot.</summary>
    public ImmutableSortedDictionary<int, SubscriptionHistory> Histories => Volatile.Read(ref _histories);

    /// <summary>Where the newest change took effect: a table for a later sequence holds every change.</summary>
    public long ChangedAt => Volatile.Read(ref _changedAt);

    /// <summary>Wakes <paramref name="signal"/> after every change.</summary>
    public void Watch(AsyncSignal signal)
    {
        lock (_lock) _signals = [.. _signals, signal];
    }

    public SubscriptionHistory? Find(int key) => Histories.GetValueOrDefault(key);

    public SubscriptionHistory? Find(string id) => Volatile.Read(ref _keys).TryGetValue(id, out var key) ? Find(key) : null;

    /// <summary>Takes in what the store holds at start.</summary>
    public void Load(IReadOnlyList<SubscriptionVersion> versions, long head)
    {
        foreach (var version in versions) Add(version);
        _changedAt = head;
        _current = LazyTable();
    }

    /// <summary>Takes in a change that took effect after <paramref name="head"/>, the newest event committed before it.</summary>
    public void Apply(SubscriptionVersion version, long head)
    {
        Add(version);
        lock (_lock) _coming.Enqueue((head, LazyTable()));
        Volatile.Write(ref _changedAt, head);
        foreach (var signal in Volatile.Read(ref _signals)) signal.Set();
    }

    /// <summary>The table an event at <paramref name="sequence"/> is routed by. For the one router: sequences never go back.</summary>
    public RouteTable TableFor(long sequence)
    {
        lock (_lock)
        {
            while (_coming.TryPeek(out var next) && next.From < sequence) _current = _coming.Dequeue().Table;
        }

        return _current.Value;
    }

    private void Add(SubscriptionVersion version)
    {
        var histories = _histories;
        var history = histories.TryGetValue(version.Key, out var known) ? known.With(version) : SubscriptionHistory.Of(version);
        Volatile.Write(ref _histories, histories.SetItem(version.Key, history));
        Volatile.Write(ref _keys, _keys.SetItem(version.Subscription.Id, version.Key));
    }

    private Lazy<RouteTable> LazyTable()
    {
        var histories = Histories;
        return new Lazy<RouteTable>(
            () => new RouteTable(histories.Values.Where(h => !h.IsDeleted && h.Current.Subscription.Active).Select(h => h.Newest)));
    }
}
