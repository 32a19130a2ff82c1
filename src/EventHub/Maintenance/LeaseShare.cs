using EventHub.Storage;

namespace EventHub.Maintenance;

/// <summary>How many leases are a worker's part. Pure.</summary>
/// <param name="Workers">How many workers there are.</param>
/// <param name="Leases">How many leases there are: one per partition of each subscription.</param>
internal readonly record struct LeaseShare(int Workers, int Leases)
{
    /// <summary>As many as it may hold.</summary>
    public int Limit => Workers <= 1 ? int.MaxValue : Part(Leases);

    /// <summary>Those beyond the limit. First what it holds of one subscription beyond its part of that, so that a subscription's partitions are on several workers.</summary>
    /// <param name="held">What it holds.</param>
    /// <param name="partitionsOf">How many partitions a subscription has.</param>
    public IEnumerable<Lease> Beyond(IEnumerable<Lease> held, Func<int, int> partitionsOf)
    {
        if (Workers <= 1) return [];
        var share = this;
        return held.GroupBy(static lease => lease.SubscriptionKey)
            .SelectMany(same => same.Select((lease, place) => (Lease: lease, Partitions: partitionsOf(same.Key), Place: place)))
            .OrderBy(place => place.Place >= share.Part(place.Partitions)).ThenByDescending(place => place.Partitions).ThenBy(place => place.Lease.SubscriptionKey)
            .Skip(Limit).Select(place => place.Lease);
    }

    private int Part(int whole) => (whole + Workers - 1) / Workers;
}
