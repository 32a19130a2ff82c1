using EventHub.Maintenance;
using EventHub.Storage;

namespace EventHub.Tests.Maintenance;

public sealed class LeaseShareTests
{
    [Fact]
    public void One_worker_takes_everything()
    {
        var share = new LeaseShare(1, 5);
        Assert.Equal(int.MaxValue, share.Limit);
        Assert.Empty(share.Beyond(Leases(1, 5), _ => 5));
    }

    [Fact]
    public void A_subscription_counts_as_many_times_as_it_has_partitions() => Assert.Equal(4, new LeaseShare(3, 10).Limit);

    [Fact]
    public void Unpartitioned_subscriptions_are_given_away_from_the_last_on() =>
        Assert.Equal([3, 4], new LeaseShare(2, 4).Beyond(Enumerable.Range(1, 4).SelectMany(key => Leases(key, 1)), _ => 1).Select(lease => lease.SubscriptionKey));

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void Of_a_hot_subscription_a_worker_keeps_its_part_and_gives_the_rest_away_first(int hot)
    {
        var held = Leases(hot, 4).Concat(Enumerable.Range(2, 10).SelectMany(key => Leases(key, 1)));

        var given = new LeaseShare(2, 14).Beyond(held, key => key == hot ? 4 : 1).ToList();

        Assert.Equal(7, given.Count);
        Assert.Equal(2, given.Count(lease => lease.SubscriptionKey == hot));
    }

    private static IEnumerable<Lease> Leases(int key, int partitions) => Enumerable.Range(0, partitions).Select(partition => new Lease(key, 1, partition));
}
