using System.Collections.Immutable;
using EventHub.Log;

namespace EventHub.Routing;

/// <summary>
/// All subscriptions with their versions. Changes are applied in commit order with the tail's events, so a reader that has an event from the tail
/// finds every change before it here.
/// </summary>
internal sealed class SubscriptionRegistry
{
    private readonly Lock _lock = new();
    private AsyncSignal[] _signals = [];
    private ImmutableSortedDictionary<int, SubscriptionHistory> _histories = ImmutableSortedDictionary<int, SubscriptionHistory>.Empty;
    private ImmutableDictionary<string, int> _keys = ImmutableDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>All histories by key, those of deleted subscriptions included. A consistent snapshot.</summary>
    public ImmutableSortedDictionary<int, SubscriptionHistory> Histories => Volatile.Read(ref _histories);

    /// <summary>Wakes <paramref name="signal"/> after every change.</summary>
    public void Watch(AsyncSignal signal)
    {
        lock (_lock) _signals = [.. _signals, signal];
    }

    public SubscriptionHistory? Find(int key) => Histories.GetValueOrDefault(key);

    public SubscriptionHistory? Find(string id) => Volatile.Read(ref _keys).TryGetValue(id, out var key) ? Find(key) : null;

    /// <summary>Takes in what the store holds at start.</summary>
    public void Load(IReadOnlyList<SubscriptionVersion> versions)
    {
        foreach (var version in versions) Add(version);
    }

    /// <summary>Takes in a change.</summary>
    public void Apply(SubscriptionVersion version)
    {
        Add(version);
        foreach (var signal in Volatile.Read(ref _signals)) signal.Set();
    }

    private void Add(SubscriptionVersion version)
    {
        var histories = _histories;
        var history = histories.TryGetValue(version.Key, out var known) ? known.With(version) : SubscriptionHistory.Of(version);
        Volatile.Write(ref _histories, histories.SetItem(version.Key, history));
        Volatile.Write(ref _keys, _keys.SetItem(version.Subscription.Id, version.Key));
    }
}
