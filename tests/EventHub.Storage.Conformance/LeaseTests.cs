using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Conformance;

/// <summary>Leases and fencing tokens: who may settle, and nobody else.</summary>
public abstract class LeaseTests<TProvider> : StoreTest<TProvider>
    where TProvider : StoreProvider, new()
{
    [Fact]
    public async Task A_free_lease_is_taken_by_one_owner_only()
    {
        var subscription = await SubscribeAsync();

        Assert.Equal([subscription.Key], (await AcquireAsync("a")).Select(lease => lease.SubscriptionKey));
        Assert.Empty(await AcquireAsync("b"));
    }

    [Fact]
    public async Task Acquiring_again_renews_what_is_held_under_the_same_token()
    {
        await SubscribeAsync("x");
        await SubscribeAsync("y");
        var first = await AcquireAsync("a");
        Clock.Advance(TimeSpan.FromSeconds(40));

        var renewed = await AcquireAsync("a");
        Clock.Advance(TimeSpan.FromSeconds(40));

        Assert.Equal(2, first.Count);
        Assert.Equivalent(first, renewed, strict: true);
        Assert.Empty(await AcquireAsync("b"));
    }

    [Fact]
    public async Task A_lease_lasts_as_long_as_asked_by_the_stores_clock()
    {
        await SubscribeAsync();
        await AcquireAsync("a");

        Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty(await AcquireAsync("b"));
        Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Single(await AcquireAsync("b"));
    }

    [Fact]
    public async Task The_token_grows_whenever_the_lease_changes_hands()
    {
        await SubscribeAsync();
        var tokens = new List<long>();

        for (var hand = 0; hand < 10; hand++)
        {
            var lease = Assert.Single(await AcquireAsync($"owner-{hand % 2}"));
            tokens.Add(lease.Token);
            if (hand % 3 == 0) await Dispatches.ReleaseLeaseAsync(lease, Cancel);
            else Clock.Advance(PastTheLease);
        }

        Assert.Equal(tokens.Distinct().Order(), tokens);
    }

    [Fact]
    public async Task A_worker_whose_lease_was_taken_over_commits_nothing()
    {
        var worker = await WorkerWithEventsAsync(3);
        await worker.HoldAsync(2);
        Clock.Advance(PastTheLease);
        var successor = new Worker(Store, Assert.Single(await AcquireAsync("successor")));

        var isTaken = await worker.TrySettleAsync(
            [Make.Result(worker.Key(1)), Make.Result(worker.Key(2), endsException: true)], [Make.Exception(worker.Key(3))],
            [new TrackFloor(0, 3, IsDone: false)], [Make.Attempt(worker.Key(2), 1)]);

        Assert.False(isTaken);
        var state = await successor.LoadAsync();
        Assert.Equal([new Track(0, 0, null)], state.Tracks);
        Assert.Equal([worker.Key(2)], state.Exceptions.Select(exception => exception.Key));
        Assert.Empty(state.EndedAboveFloor);
        Assert.Equal([worker.Key(2)], (await QueryAsync()).Select(record => record.Key));
        Assert.Empty(await Journal.GetAttemptsAsync(worker.Key(2), Cancel));
        await successor.CompleteAsync(1);
    }

    [Fact]
    public async Task An_expired_lease_settles_nothing_although_nobody_took_it_over()
    {
        var worker = await WorkerWithEventsAsync(1);

        Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.True(await worker.TrySettleAsync(exceptions: [Make.Exception(worker.Key(1))]));
        Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.False(await worker.TrySettleAsync([Make.Result(worker.Key(1), endsException: true)]));

        Assert.Equal(DispatchStatus.Ongoing, Assert.Single(await QueryAsync()).Status);
    }

    [Fact]
    public async Task The_owner_of_an_expired_lease_that_is_free_still_can_go_on_after_acquiring()
    {
        var worker = await WorkerWithEventsAsync(1);
        Clock.Advance(PastTheLease);

        var again = new Worker(Store, Assert.Single(await AcquireAsync("worker")));

        Assert.True(again.Lease.Token >= worker.Lease.Token);
        await again.CompleteAsync(1);
    }

    [Fact]
    public async Task A_released_lease_is_taken_at_once_and_its_old_token_settles_nothing()
    {
        var worker = await WorkerWithEventsAsync(1);

        await Dispatches.ReleaseLeaseAsync(worker.Lease, Cancel);

        Assert.False(await worker.TrySettleAsync([Make.Result(worker.Key(1))]));
        Assert.True(Assert.Single(await AcquireAsync("b")).Token > worker.Lease.Token);
        Assert.False(await worker.TrySettleAsync([Make.Result(worker.Key(1))]));
    }

    [Fact]
    public async Task Releasing_with_an_old_token_takes_the_lease_from_nobody()
    {
        var worker = await WorkerWithEventsAsync(1);
        Clock.Advance(PastTheLease);
        var successor = new Worker(Store, Assert.Single(await AcquireAsync("successor")));

        await Dispatches.ReleaseLeaseAsync(worker.Lease, Cancel);

        Assert.Empty(await AcquireAsync("third"));
        await successor.CompleteAsync(1);
    }

    [Fact]
    public async Task A_token_nobody_was_given_settles_nothing()
    {
        var worker = await WorkerWithEventsAsync(1);

        Assert.False(await new Worker(Store, worker.Lease with { Token = worker.Lease.Token + 1 }).TrySettleAsync([Make.Result(worker.Key(1))]));
        Assert.False(await new Worker(Store, worker.Lease with { Token = 0 }).TrySettleAsync([Make.Result(worker.Key(1))]));
        Assert.False(await new Worker(Store, new Lease(99, worker.Lease.Token)).TrySettleAsync());
    }

    [Fact]
    public async Task A_subscription_nobody_has_leased_cannot_be_settled()
    {
        await AppendAsync(Make.Events(1));
        var subscription = await SubscribeAsync();

        Assert.False(await new Worker(Store, new Lease(subscription.Key, 0)).TrySettleAsync());
        Assert.False(await new Worker(Store, new Lease(subscription.Key, 1)).TrySettleAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task An_owner_takes_no_more_than_its_limit(int limit)
    {
        for (var n = 0; n < 5; n++) await SubscribeAsync($"sub-{n}");

        Assert.Equal(Math.Min(limit, 5), (await AcquireAsync("a", limit)).Count);
        Assert.Equal(5 - Math.Min(limit, 5), (await AcquireAsync("b")).Count);
    }

    [Fact]
    public async Task The_limit_counts_what_is_held_already()
    {
        for (var n = 0; n < 5; n++) await SubscribeAsync($"sub-{n}");
        var two = await AcquireAsync("a", limit: 2);

        var three = await AcquireAsync("a", limit: 3);

        Assert.Equal(2, two.Count);
        Assert.Equal(3, three.Count);
        Assert.Subset(three.ToHashSet(), two.ToHashSet());
    }

    [Fact]
    public async Task In_a_shared_store_what_nobody_takes_in_time_is_taken_beyond_the_limit()
    {
        for (var n = 0; n < 4; n++) await SubscribeAsync($"sub-{n}");
        await AcquireAsync("dead");

        Clock.Advance(TimeSpan.FromSeconds(60.5));
        Assert.Single(await AcquireAsync("a", limit: 1));
        Assert.Single(await AcquireAsync("b", limit: 1));

        Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Single(await AcquireAsync("a", limit: 0));
        Assert.Equal(Provider.IsShared ? 3 : 1, (await AcquireAsync("a", limit: 1)).Count);
        Assert.Single(await AcquireAsync("b", limit: 1));
    }

    [Fact]
    public async Task A_lease_of_one_subscription_settles_no_other()
    {
        await AppendAsync(Make.Events(1));
        var one = await SubscribeAsync("one");
        var other = await SubscribeAsync("other");
        var worker = await WorkerForAsync(one);
        await Dispatches.ReleaseLeaseAsync((await WorkerForAsync(other)).Lease, Cancel);

        Assert.False(await new Worker(Store, new Lease(other.Key, worker.Lease.Token)).TrySettleAsync());
        await worker.CompleteAsync(1);
    }

    [Fact]
    public async Task Workers_of_a_shared_store_are_counted_until_they_go_or_are_not_heard_of_any_more()
    {
        var two = Provider.IsShared ? 2 : 1;
        Assert.Equal(1, await CountAsync("a", seconds: 60));
        Assert.Equal(two, await CountAsync("b", seconds: 30));
        Assert.Equal(two, await CountAsync("a", seconds: 60));

        Clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(1, await CountAsync("a", seconds: 60));

        Assert.Equal(two, await CountAsync("b", seconds: 60));
        Assert.Equal(1, await CountAsync("a", seconds: 0));
        Assert.Equal(1, await CountAsync("b", seconds: 60));
    }

    [Fact]
    public async Task Many_owners_acquiring_at_once_share_the_subscriptions_without_overlap()
    {
        for (var n = 0; n < 20; n++) await SubscribeAsync($"sub-{n}");

        var taken = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => Task.Run(() => AcquireAsync($"owner-{n}", limit: 2), Cancel)));

        var keys = taken.SelectMany(leases => leases).Select(lease => lease.SubscriptionKey).Order().ToList();
        Assert.Equal(Enumerable.Range(1, 20), keys);
    }

    private async Task<int> CountAsync(string owner, int seconds) => await Dispatches.CountWorkersAsync(owner, TimeSpan.FromSeconds(seconds), Cancel);
}
