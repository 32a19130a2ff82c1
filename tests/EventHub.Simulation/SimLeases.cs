using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Simulation;

/// <summary>What the world knows of leases, for the checker and for deliberate bugs: the newest ones given out, and the layouts they are of.</summary>
internal sealed class SimLeases
{
    private readonly Dictionary<(int Subscription, int Partition), Lease> _newest = [];
    private readonly Dictionary<int, int> _wanted = [];
    private readonly Dictionary<int, long> _floors = [];
    private readonly Dictionary<int, long> _floorsBefore = [];
    private readonly Dictionary<string, long> _workers = [];

    /// <summary>How often a layout was replaced by another.</summary>
    public int Changes { get; private set; }

    public void Wanted(SubscriptionVersion version) => _wanted[version.Key] = version.Version;

    public void Given(Lease lease)
    {
        // A layout goes as a whole: nobody has a lease of the one before any more.
        var before = _newest.Values.Where(other => other.SubscriptionKey == lease.SubscriptionKey && other.Layout != lease.Layout).ToList();
        foreach (var other in before) _newest.Remove((other.SubscriptionKey, other.Partition));
        if (before.Count > 0)
        {
            Changes++;
            _floorsBefore[lease.SubscriptionKey] = _floors.GetValueOrDefault(lease.SubscriptionKey);
        }

        _newest[(lease.SubscriptionKey, lease.Partition)] = lease;
    }

    public void Settled(Settlement settlement)
    {
        foreach (var floor in settlement.Floors.Where(floor => floor.Generation == 0))
            _floors[settlement.SubscriptionKey] = Math.Max(floor.Floor, _floors.GetValueOrDefault(settlement.SubscriptionKey));
    }

    /// <summary>The greatest floor any partition had by the layout before.</summary>
    public long GreatestFloor(int subscription) => _floorsBefore.GetValueOrDefault(subscription);

    /// <summary>The newest lease of a partition; <c>null</c> when its layout is gone.</summary>
    public Lease? Newest(int subscription, int partition) => _newest.TryGetValue((subscription, partition), out var lease) ? lease : null;

    public long NewestToken(Settlement settlement) => Newest(settlement.SubscriptionKey, settlement.Partition)?.Token ?? settlement.LeaseToken;

    public List<Lease> Outdated() => [.. _newest.Values.Where(lease => lease.Layout < _wanted.GetValueOrDefault(lease.SubscriptionKey))];

    public int CountWorkers(string owner, TimeSpan duration, long now)
    {
        _workers[owner] = now + duration.Ticks;
        return _workers.Values.Count(until => until > now);
    }
}
