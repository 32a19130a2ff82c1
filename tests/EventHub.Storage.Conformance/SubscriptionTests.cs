using EventHub.Routing;
using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Conformance;

/// <summary>Subscriptions and their versions, in order with the log.</summary>
public abstract class SubscriptionTests<TProvider> : StoreTest<TProvider>
    where TProvider : StoreProvider, new()
{
    [Fact]
    public async Task The_first_subscription_has_key_1_version_1_and_a_main_track()
    {
        await AppendAsync(Make.Events(3));

        var created = await SubscribeAsync(startAfter: null);

        Assert.Equal((1, 1, 3L, false), (created.Key, created.Version, created.EffectiveAfter, created.IsDeleted));
        var state = await Dispatches.LoadStateAsync(created.Key, 0, Cancel);
        Assert.Equal([new Track(0, 3, null)], state.Tracks);
        Assert.Empty(state.Exceptions);
        Assert.Empty(await Dispatches.ReadEndedAsync(created.Key, 0, 0, 10, Cancel));
    }

    [Theory]
    [InlineData(0L, 0L)]
    [InlineData(2L, 2L)]
    [InlineData(3L, 3L)]
    [InlineData(4L, 3L)]
    [InlineData(long.MaxValue, 3L)]
    public async Task A_new_subscription_starts_where_asked_but_not_past_the_head(long startAfter, long expected)
    {
        await AppendAsync(Make.Events(3));

        var created = await SubscribeAsync(startAfter: startAfter);

        Assert.Equal(expected, created.EffectiveAfter);
        Assert.Equal([new Track(0, expected, null)], (await Dispatches.LoadStateAsync(created.Key, 0, Cancel)).Tracks);
    }

    [Fact]
    public async Task A_change_makes_the_next_version_in_effect_after_the_head()
    {
        var created = await SubscribeAsync();
        await AppendAsync(Make.Events(2));

        var changed = await ChangeAsync(created, name: "renamed");

        Assert.NotNull(changed);
        Assert.Equal((created.Key, 2, 2L, false), (changed.Key, changed.Version, changed.EffectiveAfter, changed.IsDeleted));
        Assert.Equal("renamed", changed.Subscription.Name);
        Assert.Equal([new Track(0, 0, null)], (await Dispatches.LoadStateAsync(created.Key, 0, Cancel)).Tracks);
    }

    [Fact]
    public async Task A_change_from_an_old_version_is_not_taken()
    {
        var created = await SubscribeAsync();
        await ChangeAsync(created, name: "first");

        Assert.Null(await ChangeAsync(created, name: "second"));
        Assert.Null(await ChangeAsync(created, isDelete: true));
        Assert.Null(await ChangeAsync(created with { Version = 3 }, name: "from the future"));

        Assert.Equal(["sub", "first"], (await Dispatches.LoadSubscriptionsAsync(Cancel)).Select(version => version.Subscription.Name));
    }

    [Fact]
    public async Task An_id_is_taken_once_and_for_ever()
    {
        var change = new SubscriptionChange { Subscription = Make.Subscription("sub"), ExpectedVersion = 0 };
        var created = await SubscribeAsync("sub");

        Assert.Null(await Dispatches.SaveSubscriptionAsync(change, Cancel));
        Assert.NotNull(await ChangeAsync(created, isDelete: true));
        Assert.Null(await Dispatches.SaveSubscriptionAsync(change, Cancel));
        Assert.NotNull(await Dispatches.SaveSubscriptionAsync(new SubscriptionChange { Subscription = Make.Subscription("SUB"), ExpectedVersion = 0 }, Cancel));
    }

    [Fact]
    public async Task What_does_not_exist_is_neither_changed_nor_deleted()
    {
        var unknown = new SubscriptionVersion(1, 1, 0, false, Make.Subscription("unknown"));
        var deleted = await SubscribeAsync("deleted");
        deleted = Assert.IsType<SubscriptionVersion>(await ChangeAsync(deleted, isDelete: true));

        Assert.Null(await ChangeAsync(unknown, name: "other"));
        Assert.Null(await ChangeAsync(unknown, isDelete: true));
        Assert.Null(await ChangeAsync(deleted, name: "other"));
        Assert.Null(await ChangeAsync(deleted, isDelete: true));
        Assert.Equal(2, (await Dispatches.LoadSubscriptionsAsync(Cancel)).Count);
    }

    [Fact]
    public async Task The_key_of_a_deleted_subscription_is_not_given_again()
    {
        var first = await SubscribeAsync("a");
        var second = await SubscribeAsync("b");
        await ChangeAsync(second, isDelete: true);

        var third = await SubscribeAsync("c");

        Assert.True(first.Key < second.Key && second.Key < third.Key);
    }

    [Fact]
    public async Task All_versions_are_loaded_by_key_then_version_deleted_ones_too()
    {
        var a = await SubscribeAsync("a");
        var b = await SubscribeAsync("b");
        await AppendAsync(Make.Events(1));
        var changed = Assert.IsType<SubscriptionVersion>(await ChangeAsync(a, name: "a2"));
        await AppendAsync(Make.Events(1));
        await ChangeAsync(changed, isDelete: true);

        var loaded = await Dispatches.LoadSubscriptionsAsync(Cancel);

        Assert.Equal(
            [(a.Key, 1, 0L, false, "a"), (a.Key, 2, 1L, false, "a2"), (a.Key, 3, 2L, true, "a2"), (b.Key, 1, 0L, false, "b")],
            loaded.Select(v => (v.Key, v.Version, v.EffectiveAfter, v.IsDeleted, v.Subscription.Name)));
    }

    [Fact]
    public async Task A_subscription_comes_back_as_it_was_saved()
    {
        var sent = new Subscription
        {
            Id = "größe-😀", Name = "n'a\"me", Events = ["user.*", "order.**"], Source = "x", Start = "beginning", Active = false, Paused = true, CreatedBy = "me",
            CreatedAt = Make.Time.AddMilliseconds(1), UpdatedAt = Make.Time.AddMilliseconds(2),
            Destination = new WebhookDestination
            {
                Url = "https://example.org/?a=b&c=ü", Format = WebhookFormat.CloudEventsBinary, Headers = new Dictionary<string, string> { ["X-A"] = "1" },
                Secrets = [new ProtectedSecret("cipher", null), new ProtectedSecret("old", Make.Time)],
            },
            Delivery = new DeliverySettings
            {
                Guarantee = DeliveryGuarantee.AtMostOnce, OrderingKey = "$.a['b']", Delay = TimeSpan.FromMilliseconds(5), Timeout = TimeSpan.FromSeconds(3),
                Concurrency = 7, RateLimit = new RateLimit(5, TimeSpan.FromSeconds(1)),
                Retry = new RetrySettings { Limit = 0, Schedule = [TimeSpan.FromSeconds(1), TimeSpan.Zero] },
            },
        };
        var saved = await Dispatches.SaveSubscriptionAsync(new SubscriptionChange { Subscription = sent, ExpectedVersion = 0 }, Cancel);

        var loaded = Assert.Single(await Dispatches.LoadSubscriptionsAsync(Cancel));

        Assert.Equivalent(sent, loaded.Subscription, strict: true);
        Assert.Equivalent(sent, saved!.Subscription, strict: true);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("constant")]
    [InlineData("exponential")]
    public async Task Each_way_of_retrying_comes_back_as_the_only_one(string way)
    {
        var retry = way switch
        {
            "constant" => new RetrySettings { Limit = 5, Schedule = null, Constant = TimeSpan.FromSeconds(2) },
            "exponential" => new RetrySettings
            {
                Schedule = null, Exponential = new ExponentialBackoff(TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(30), 1.5, Jitter.Decorrelated),
            },
            _ => new RetrySettings(),
        };
        var sent = Make.Subscription("sub") with { Delivery = new DeliverySettings { Retry = retry } };

        await Dispatches.SaveSubscriptionAsync(new SubscriptionChange { Subscription = sent, ExpectedVersion = 0 }, Cancel);

        Assert.Equivalent(sent, Assert.Single(await Dispatches.LoadSubscriptionsAsync(Cancel)).Subscription, strict: true);
    }

    [Fact]
    public async Task Deleting_ends_what_was_held_as_ignored()
    {
        var subscription = await SubscribeAsync();
        await AppendAsync(Make.Events(4));
        var worker = await WorkerForAsync(subscription);
        await worker.SettleAsync(exceptions: [Make.Exception(worker.Key(2), attempts: 3), Make.Exception(worker.Key(3), ExceptionState.Parked, attempts: 0)]);
        await worker.CompleteAsync(1);
        var requeued = Assert.Single(await RequeueAsync(worker, onlyDeadLetters: false, worker.Key(1)));

        await ChangeAsync(subscription, isDelete: true);

        Assert.Empty(await QueryAsync(new DispatchQuery { Statuses = [DispatchStatus.Ongoing], Limit = 10 }));
        var ignored = await QueryAsync(new DispatchQuery { Statuses = [DispatchStatus.Ignored], Limit = 10 });
        Assert.Equal([(requeued, 0), (worker.Key(2), 3), (worker.Key(3), 0)], ignored.Select(record => (record.Key, record.Attempts)));
        Assert.All(ignored, record => Assert.Equal("subscription deleted", record.LastError));
        Assert.All(ignored, record => Assert.NotNull(record.ResultedAt));
        Assert.All(ignored, record => Assert.False(record.IsDeadLetter));
        Assert.Equal(DispatchStatus.Complete, (await FindAsync(worker.Key(1)))!.Status);
    }

    [Fact]
    public async Task A_worker_still_running_for_a_deleted_subscription_commits_nothing_more()
    {
        var subscription = await SubscribeAsync();
        await AppendAsync(Make.Events(1));
        var worker = await WorkerForAsync(subscription);

        await ChangeAsync(subscription, isDelete: true);

        Assert.False(await worker.TrySettleAsync([Make.Result(worker.Key(1))]));
        Assert.Empty(await QueryAsync());
    }

    [Fact]
    public async Task Nothing_is_left_to_do_for_a_deleted_subscription()
    {
        var kept = await SubscribeAsync("kept");
        var subscription = await SubscribeAsync("deleted");
        var worker = await WorkerForAsync(subscription);
        await Journal.AddTrackAsync(subscription.Key, 0, 0, Cancel);

        await ChangeAsync(subscription, isDelete: true);

        Assert.Empty((await Dispatches.LoadStateAsync(subscription.Key, 0, Cancel)).Tracks);
        Assert.Null(await Journal.AddTrackAsync(subscription.Key, 0, 0, Cancel));
        Assert.Equal([kept.Key], (await AcquireAsync("worker")).Select(lease => lease.SubscriptionKey));
        Assert.Equal([kept.Key], (await Journal.GetCountsAsync(Cancel)).Select(counts => counts.SubscriptionKey));
        Assert.Empty(await RequeueAsync(worker, onlyDeadLetters: false, worker.Key(1)));
    }

    [Fact]
    public async Task Dead_letters_of_a_deleted_subscription_stay_on_the_list()
    {
        var subscription = await SubscribeAsync();
        await AppendAsync(Make.Events(1));
        var worker = await WorkerForAsync(subscription);
        await worker.FailAsync(1);

        await ChangeAsync(subscription, isDelete: true);

        Assert.Equal([worker.Key(1)], await DeadLettersAsync());
    }

    [Fact]
    public async Task A_change_leaves_deliveries_alone()
    {
        var subscription = await SubscribeAsync();
        await AppendAsync(Make.Events(3));
        var worker = await WorkerForAsync(subscription);
        await worker.HoldAsync(2);
        await worker.CompleteAsync(3);

        await ChangeAsync(subscription, name: "renamed");

        var state = await worker.LoadAsync();
        Assert.Equal([worker.Key(2)], state.Exceptions.Select(exception => exception.Key));
        Assert.Equal([worker.Key(3)], state.EndedAboveFloor);
        await worker.MoveFloorAsync(3);
    }

    [Fact]
    public async Task Of_changes_made_at_once_from_one_version_one_is_taken()
    {
        var created = await SubscribeAsync();

        var saved = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(() => ChangeAsync(created, name: $"name-{n}"), Cancel)));

        var winner = Assert.Single(saved, version => version is not null);
        Assert.Equal(winner!.Subscription.Name, (await Dispatches.LoadSubscriptionsAsync(Cancel))[^1].Subscription.Name);
        Assert.Equal(2, (await Dispatches.LoadSubscriptionsAsync(Cancel)).Count);
    }
}
