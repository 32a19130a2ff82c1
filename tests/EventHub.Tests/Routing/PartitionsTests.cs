using EventHub.Routing;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Tests.Routing;

public sealed class PartitionsTests
{
    [Theory]
    [InlineData("a", 1, 64, 27)]
    [InlineData("user-123", 1, 64, 50)]
    [InlineData("größe", 1, 5, 1)]
    [InlineData(null, 1, 64, 44)]
    [InlineData(null, 2, 64, 39)]
    public void Every_version_comes_to_the_same_partition(string? lane, long sequence, int count, int partition) =>
        Assert.Equal(partition, Partitions.Of(lane, sequence, count));

    [Fact]
    public void A_lane_is_in_one_partition_whatever_the_sequence() => Assert.Single(Enumerable.Range(1, 1000).Select(n => Partitions.Of("k", n, 16)).Distinct());

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(64)]
    public void Partitions_get_about_the_same(int count)
    {
        // Every fourth sequence: a filter that takes events in turn must not leave partitions empty.
        AssertEven(Enumerable.Range(0, 10_000).Select(n => Partitions.Of(null, n * 4, count)), count);
        AssertEven(Enumerable.Range(0, 10_000).Select(n => Partitions.Of($"user-{n}", 1, count)), count);
    }

    [Fact]
    public void Another_number_is_a_new_layout_and_with_several_another_ordering_key_is()
    {
        var one = new DeliverySettings();
        var two = new DeliverySettings { Partitions = 2 };
        Assert.True(Partitions.IsNewLayout(one, two));
        Assert.True(Partitions.IsNewLayout(two, one));
        Assert.True(Partitions.IsNewLayout(two, two with { OrderingKey = "type" }));
        Assert.False(Partitions.IsNewLayout(one, one with { OrderingKey = "type" }));
        Assert.False(Partitions.IsNewLayout(two, two with { Concurrency = 3 }));
    }

    [Fact]
    public void A_history_knows_the_layout_that_is_wanted()
    {
        var history = SubscriptionHistory.Of(Version(1, 1)).With(Version(2, 4)).With(Version(3, 4)).With(Version(4, 2)).With(Version(5, 2));
        Assert.Equal((4, 4), (history.Layout, history.MostPartitions));
        Assert.Equal(4, history.Find(3)!.Subscription.Delivery.Partitions);
        Assert.Null(history.Find(6));
    }

    private static SubscriptionVersion Version(int number, int partitions)
    {
        var subscription = Make.Subscription("s");
        return new SubscriptionVersion(1, number, 0, false, subscription with { Delivery = subscription.Delivery with { Partitions = partitions } });
    }

    private static void AssertEven(IEnumerable<int> partitions, int count)
    {
        var sizes = partitions.GroupBy(p => p).Select(g => g.Count()).ToList();
        Assert.Equal(count, sizes.Count);
        Assert.All(sizes, size => Assert.InRange(size, 10_000 / count * 0.6, 10_000 / count * 1.4));
    }
}
