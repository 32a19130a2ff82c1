using EventHub.Routing;
using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Conformance;

/// <summary>Partitions of subscriptions: leases and tracks of their own, and what becomes of them when their number changes.</summary>
public abstract class PartitionTests<TProvider> : StoreTest<TProvider>
    where TProvider : StoreProvider, new()
{
    [Fact]
    public async Task Each_partition_has_a_lease_and_a_main_track()
    {
        await AppendAsync(Make.Events(2));
        var subscription = await SubscribeAsync(partitions: 3, startAfter: 1);

        var leases = await AcquireAsync("a");

        Assert.Equal([0, 1, 2], leases.Select(lease => lease.Partition));
        Assert.All(leases, lease => Assert.Equal((subscription.Key, 1), (lease.SubscriptionKey, lease.Layout)));
        foreach (var lease in leases) Assert.Equal([new Track(0, 1, null)], (await new Worker(Store, lease).LoadAsync()).Tracks);
        Assert.Equal(new SubscriptionCounts(subscription.Key, 1, 0, 0, 1), Assert.Single(await Journal.GetCountsAsync(Cancel)));
    }

    [Fact]
    public async Task Partitions_are_shared_out_one_by_one_and_each_worker_settles_its_own()
    {
        await AppendAsync(Make.Events(6));
        await SubscribeAsync(partitions: 2);
        var one = new Worker(Store, Assert.Single(await AcquireAsync("a", limit: 1)));
        var other = new Worker(Store, Assert.Single(await AcquireAsync("b", limit: 1)));

        await one.SettleAsync([Make.Result(one.Key(1))], floors: [new TrackFloor(0, 4, IsDone: false)]);
        await other.SettleAsync([Make.Result(other.Key(2))], floors: [new TrackFloor(0, 2, IsDone: false)]);
        await other.CompleteAsync(5);

        Assert.Equal([new Track(0, 4, null)], (await one.LoadAsync()).Tracks);
        Assert.Equal([new Track(0, 2, null)], (await other.LoadAsync()).Tracks);
        Assert.Equal([5L], await Dispatches.ReadEndedAsync(one.Subscription, 0, 4, 10, Cancel));
        Assert.Equal(2, Assert.Single(await Journal.GetCountsAsync(Cancel)).Floor);
    }

    [Fact]
    public async Task A_token_is_good_for_its_own_partition_only()
    {
        await AppendAsync(Make.Events(1));
        await SubscribeAsync(partitions: 2);
        var leases = await AcquireAsync("a");
        await Dispatches.ReleaseLeaseAsync(leases[1], Cancel);
        var second = Assert.Single(await AcquireAsync("b"));
        Assert.NotEqual(leases[0].Token, second.Token);

        Assert.False(await new Worker(Store, second with { Partition = 0 }).TrySettleAsync([Make.Result(new DispatchKey(1, second.SubscriptionKey, 0))]));
        Assert.False(await new Worker(Store, leases[0] with { Partition = 1 }).TrySettleAsync([Make.Result(new DispatchKey(1, second.SubscriptionKey, 0))]));
        Assert.False(await new Worker(Store, leases[0] with { Partition = 2 }).TrySettleAsync());
        await new Worker(Store, leases[0]).CompleteAsync(1);
    }

    [Fact]
    public async Task Leases_are_taken_first_where_the_owner_has_fewest()
    {
        var hot = await SubscribeAsync("hot", partitions: 3);
        var others = new List<int> { (await SubscribeAsync("x")).Key, (await SubscribeAsync("y")).Key };

        var taken = await AcquireAsync("a", limit: 4);

        Assert.Equal([hot.Key, hot.Key, .. others], taken.Select(lease => lease.SubscriptionKey));
        Assert.Equal([hot.Key], (await AcquireAsync("b")).Select(lease => lease.SubscriptionKey));
    }

    [Fact]
    public async Task A_change_of_the_number_waits_until_nobody_holds_a_lease_of_before()
    {
        var subscription = await SubscribeAsync(partitions: 2);
        var one = Assert.Single(await AcquireAsync("a", limit: 1));
        var other = Assert.Single(await AcquireAsync("b", limit: 1));

        var changed = await PartitionAsync(subscription, 3);

        Assert.Equal([one], await AcquireAsync("a"));
        await Dispatches.ReleaseLeaseAsync(one, Cancel);
        Assert.Empty(await AcquireAsync("a"));
        Assert.Equal([other], await AcquireAsync("b"));
        Assert.True(await new Worker(Store, other).TrySettleAsync());
        await Dispatches.ReleaseLeaseAsync(other, Cancel);
        var leases = await AcquireAsync("a");

        Assert.Equal([0, 1, 2], leases.Select(lease => lease.Partition));
        Assert.All(leases, lease => Assert.Equal(changed.Version, lease.Layout));
        Assert.All(leases, lease => Assert.True(lease.Token > Math.Max(one.Token, other.Token)));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(2, 64)]
    public async Task After_a_change_every_partition_goes_on_from_the_lowest_floor_and_nothing_is_lost(int before, int after)
    {
        await AppendAsync(Make.Events(10));
        var subscription = await SubscribeAsync(partitions: before);
        var leases = await AcquireAsync("a");
        for (var partition = 0; partition < before; partition++) await new Worker(Store, leases[partition]).MoveFloorAsync(5 + partition);
        var first = new Worker(Store, leases[0]);
        await Journal.AddTrackAsync(subscription.Key, 2, 8, Cancel);
        await first.SettleAsync(floors: [new TrackFloor(1, 4, IsDone: false)]);
        if (before > 1) await new Worker(Store, leases[1]).SettleAsync(floors: [new TrackFloor(1, 8, IsDone: true)]);
        await first.SettleAsync([Make.Result(first.Key(9)), Make.Result(first.Key(6, 1))], [Make.Exception(first.Key(7)), Make.Exception(first.Key(3))]);
        foreach (var lease in leases) await Dispatches.ReleaseLeaseAsync(lease, Cancel);

        await PartitionAsync(subscription, after);
        var renewed = await AcquireAsync("b");

        Assert.Equal(after, renewed.Count);
        foreach (var lease in renewed)
        {
            var state = await new Worker(Store, lease).LoadAsync();
            Assert.Equal([new Track(0, 5, null), new Track(1, before is 1 or 2 ? 4 : 2, 8)], state.Tracks);
            Assert.Equal([first.Key(3), first.Key(7)], state.Exceptions.Select(exception => exception.Key));
            Assert.Equal([first.Key(9), first.Key(6, 1)], state.EndedAboveFloor);
        }

        Assert.Equal(2, (await Journal.AddTrackAsync(subscription.Key, 0, 10, Cancel))!.Generation);
        Assert.Equal([0, 1, 2], (await new Worker(Store, renewed[^1]).LoadAsync()).Tracks.Select(track => track.Generation));
    }

    [Fact]
    public async Task A_worker_of_before_the_change_commits_nothing()
    {
        await AppendAsync(Make.Events(1));
        var subscription = await SubscribeAsync(partitions: 2);
        var before = await AcquireAsync("a");
        await PartitionAsync(subscription, 1);
        Clock.Advance(PastTheLease);
        Assert.Single(await AcquireAsync("b", limit: 1));

        foreach (var lease in before) Assert.False(await new Worker(Store, lease).TrySettleAsync([Make.Result(new DispatchKey(1, subscription.Key, 0))]));

        foreach (var lease in before) await Dispatches.ReleaseLeaseAsync(lease, Cancel);
        Assert.Empty(await AcquireAsync("c"));
    }

    [Fact]
    public async Task A_new_layout_of_as_many_partitions_replaces_their_leases()
    {
        var subscription = await SubscribeAsync(partitions: 2);
        var before = await AcquireAsync("a");
        var changed = await PartitionAsync(subscription, 2);
        foreach (var lease in before) await Dispatches.ReleaseLeaseAsync(lease, Cancel);

        Assert.All(await AcquireAsync("a"), lease => Assert.Equal(changed.Version, lease.Layout));
    }

    [Fact]
    public async Task Of_several_changes_before_the_first_could_take_effect_the_last_does()
    {
        var subscription = await SubscribeAsync(partitions: 2);
        var held = await AcquireAsync("a");
        var last = await PartitionAsync(await PartitionAsync(await PartitionAsync(subscription, 5), 1), 3);
        foreach (var lease in held) await Dispatches.ReleaseLeaseAsync(lease, Cancel);

        Assert.Equal([(0, last.Version), (1, last.Version), (2, last.Version)], (await AcquireAsync("b")).Select(lease => (lease.Partition, lease.Layout)));
    }

    [Fact]
    public async Task A_change_that_is_no_new_layout_leaves_the_leases_as_they_are()
    {
        var subscription = await SubscribeAsync(partitions: 2);
        var before = await AcquireAsync("a");

        await ChangeAsync(subscription, name: "renamed");

        Assert.Equal(before, await AcquireAsync("a"));
    }

    [Fact]
    public async Task Deleting_a_subscription_takes_all_its_partitions()
    {
        var subscription = await SubscribeAsync(partitions: 3);
        var workers = (await AcquireAsync("a")).Select(lease => new Worker(Store, lease)).ToList();

        await ChangeAsync(await PartitionAsync(subscription, 2), isDelete: true);

        foreach (var worker in workers)
        {
            Assert.False(await worker.TrySettleAsync());
            Assert.Empty((await worker.LoadAsync()).Tracks);
        }

        Clock.Advance(PastTheLease);
        Assert.Empty(await AcquireAsync("b"));
        Assert.Empty(await Journal.GetCountsAsync(Cancel));
    }

    [Fact]
    public async Task What_has_ended_is_read_in_portions_by_generation()
    {
        var worker = await WorkerWithEventsAsync(5);
        await worker.CompleteAsync(1, 2, 4, 5);
        await Journal.AddTrackAsync(worker.Subscription, 0, 5, Cancel);
        await worker.SettleAsync([Make.Result(worker.Key(3, 1))]);

        Assert.Equal([1L, 2], await Dispatches.ReadEndedAsync(worker.Subscription, 0, 0, 2, Cancel));
        Assert.Equal([4L, 5], await Dispatches.ReadEndedAsync(worker.Subscription, 0, 2, 3, Cancel));
        Assert.Equal([3L], await Dispatches.ReadEndedAsync(worker.Subscription, 1, 0, 10, Cancel));
        Assert.Empty(await Dispatches.ReadEndedAsync(worker.Subscription, 2, 0, 10, Cancel));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Dispatches.ReadEndedAsync(worker.Subscription, 0, 0, 0, Cancel));
    }

    [Fact]
    public async Task Owners_that_come_at_once_after_a_change_find_one_layout()
    {
        var changed = new List<SubscriptionVersion>();
        for (var n = 0; n < 5; n++) changed.Add(await PartitionAsync(await SubscribeAsync($"sub-{n}", partitions: 2), 4));

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() => AcquireAsync($"owner-{n}", limit: 3), Cancel)));
        var rest = await AcquireAsync("last");

        var leases = taken.SelectMany(leases => leases).Concat(rest).ToList();
        Assert.Equal(20, leases.Select(lease => (lease.SubscriptionKey, lease.Partition)).Distinct().Count());
        Assert.Equal(20, leases.Count);
        Assert.All(leases, lease => Assert.Equal(2, lease.Layout));
    }

    private async Task<SubscriptionVersion> PartitionAsync(SubscriptionVersion from, int partitions)
    {
        var subscription = from.Subscription with { Delivery = from.Subscription.Delivery with { Partitions = partitions } };
        var change = new SubscriptionChange { Subscription = subscription, ExpectedVersion = from.Version, IsNewLayout = true };
        return Assert.IsType<SubscriptionVersion>(await Dispatches.SaveSubscriptionAsync(change, Cancel));
    }
}
