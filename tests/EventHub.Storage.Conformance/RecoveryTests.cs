using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Conformance;

/// <summary>
/// Opening anew: a persistent store has everything again, any other begins empty with another epoch. Each test holds for one of the two and
/// asserts the other as well, so that neither claim can be wrong unnoticed.
/// </summary>
public abstract class RecoveryTests<TProvider> : StoreTest<TProvider>
    where TProvider : StoreProvider, new()
{
    [Fact]
    public async Task Events_are_there_again_and_sequences_go_on_densely()
    {
        var sent = Make.FullEvent();
        await AppendAsync(sent, Make.Event());

        await ReopenAsync();

        Assert.Equal(Provider.IsPersistent ? 2 : 0, await HeadAsync());
        if (Provider.IsPersistent) EventAssert.Same(sent, 1, await Log.FindAsync(sent.Id, Cancel));
        else Assert.Null(await Log.FindAsync(sent.Id, Cancel));
        Assert.Equal(Provider.IsPersistent ? 3 : 1, (await AppendAsync(Make.Event())).Events[0].Sequence);
    }

    [Fact]
    public async Task The_epoch_is_kept_by_a_log_that_is_kept()
    {
        var before = (await Log.GetStateAsync(Cancel)).Epoch;

        await ReopenAsync();

        Assert.Equal(Provider.IsPersistent, (await Log.GetStateAsync(Cancel)).Epoch == before);
    }

    [Fact]
    public async Task Two_new_stores_have_different_epochs()
    {
        await using var other = new TProvider();
        await using var store = await other.CreateAsync(Clock);
        await store.OpenAsync(new RecordingObserver(), Cancel);

        Assert.NotEqual((await Log.GetStateAsync(Cancel)).Epoch, (await store.Log.GetStateAsync(Cancel)).Epoch);
    }

    [Fact]
    public async Task Keys_still_cover_their_events_and_requests()
    {
        var request = new AppendRequest { Events = Make.Events(1), EventKeys = [Make.Key("event")], RequestKey = Make.Key("request"), Now = Make.Time };
        var original = await Log.AppendAsync(request, Cancel);

        await ReopenAsync();

        var replay = await Log.AppendAsync(
            new AppendRequest { Events = Make.Events(1), EventKeys = [Make.Key("event")], RequestKey = Make.Key("request"), Now = Make.Time }, Cancel);
        Assert.Equal(Provider.IsPersistent, replay.IsReplay);
        Assert.Equal(Provider.IsPersistent, replay.Events[0].Id == original.Events[0].Id);
        Assert.True((await AppendAsync(Make.Key("event"))).Events[0].IsDuplicate);
    }

    [Fact]
    public async Task Subscriptions_are_there_again_with_all_their_versions()
    {
        var created = await SubscribeAsync("a");
        var deleted = await SubscribeAsync("b");
        await ChangeAsync(created, name: "renamed");
        await ChangeAsync(deleted, isDelete: true);
        var before = await Dispatches.LoadSubscriptionsAsync(Cancel);

        await ReopenAsync();

        var after = await Dispatches.LoadSubscriptionsAsync(Cancel);
        if (Provider.IsPersistent) Assert.Equivalent(before, after, strict: true);
        else Assert.Empty(after);
        Assert.Equal(Provider.IsPersistent ? 3 : 1, (await SubscribeAsync("c")).Key);
    }

    [Fact]
    public async Task Where_deliveries_stood_is_known_again()
    {
        var worker = await WorkerWithEventsAsync(6);
        await worker.SettleAsync(
            [Make.Result(worker.Key(1)), Make.Result(worker.Key(6)), Make.DeadLetter(worker.Key(2))],
            [Make.Exception(worker.Key(3)), Make.Exception(worker.Key(4), ExceptionState.Parked, attempts: 0)],
            [new TrackFloor(0, 4, IsDone: false)], [Make.Attempt(worker.Key(3), 1)]);
        await Journal.AddTrackAsync(worker.Subscription, 0, 2, Cancel);
        await RequeueAsync(worker, onlyDeadLetters: false, worker.Key(1));
        var (state, records) = (await worker.LoadAsync(), await QueryAsync());

        await ReopenAsync();

        var (stateAfter, recordsAfter) = (await new Worker(Store, worker.Lease).LoadAsync(), await QueryAsync());
        if (!Provider.IsPersistent)
        {
            Assert.Empty(stateAfter.Tracks);
            Assert.Empty(recordsAfter);
            return;
        }

        Assert.Equal(state.Tracks, stateAfter.Tracks);
        Assert.Equal(state.Exceptions, stateAfter.Exceptions);
        Assert.Equal(state.EndedAboveFloor, stateAfter.EndedAboveFloor);
        Assert.Equal(records, recordsAfter);
        Assert.Equal(6, records.Count);
        Assert.Equal([worker.Key(2)], await DeadLettersAsync());
        Assert.Equal([worker.Key(1, 2)], (await Journal.ReadRequeuedAsync(worker.Subscription, 0, 0, 10, Cancel)).Select(exception => exception.Key));
        Assert.Single(await Journal.GetAttemptsAsync(worker.Key(3), Cancel));
        Assert.Equal(new SubscriptionCounts(worker.Subscription, 4, 3, 1, 0), Assert.Single(await Journal.GetCountsAsync(Cancel)));
    }

    [Fact]
    public async Task Generations_go_on_where_they_were()
    {
        var worker = await WorkerWithEventsAsync(1);
        await Journal.AddTrackAsync(worker.Subscription, 0, 1, Cancel);
        await worker.SettleAsync(floors: [new TrackFloor(1, 1, IsDone: true)]);

        await ReopenAsync();

        Assert.Equal(Provider.IsPersistent ? 2 : null, (await Journal.AddTrackAsync(worker.Subscription, 0, 1, Cancel))?.Generation);
    }

    [Fact]
    public async Task A_worker_from_before_is_fenced_off_once_another_has_the_lease()
    {
        var worker = await WorkerWithEventsAsync(1);
        await ReopenAsync();
        Clock.Advance(PastTheLease);

        var leases = await AcquireAsync("another");

        Assert.Equal(Provider.IsPersistent ? 1 : 0, leases.Count);
        Assert.All(leases, lease => Assert.True(lease.Token > worker.Lease.Token));
        Assert.False(await new Worker(Store, worker.Lease).TrySettleAsync());
        foreach (var lease in leases) await new Worker(Store, lease).CompleteAsync(1);
    }

    [Fact]
    public async Task The_trim_point_and_what_is_kept_behind_it_are_known_again()
    {
        var worker = await WorkerWithEventsAsync(3);
        await worker.FailAsync(1);
        await Log.TrimAsync(2, Make.Time, Cancel);

        await ReopenAsync();

        Assert.Equal(Provider.IsPersistent ? 2 : 0, (await Log.GetStateAsync(Cancel)).Trimmed);
        EventAssert.Sequences(Provider.IsPersistent ? [1] : [], await Log.GetAsync([1, 2], Cancel));
        EventAssert.Sequences(Provider.IsPersistent ? [3] : [], await ReadAllAsync());
    }

    [Fact]
    public async Task A_log_trimmed_to_its_head_goes_on_densely_after_opening_anew()
    {
        await AppendAsync(Make.Events(4));
        await Log.TrimAsync(4, Make.Time, Cancel);

        await ReopenAsync();

        Assert.Equal(Provider.IsPersistent ? 5 : 1, (await AppendAsync(Make.Event())).Events[0].Sequence);
    }

    [Fact]
    public async Task Opening_anew_many_times_loses_nothing()
    {
        for (var n = 1; n <= 5; n++)
        {
            await AppendAsync(Make.Event());
            await ReopenAsync();

            Assert.Equal(Provider.IsPersistent ? n : 0, (await ReadAllAsync()).Count);
        }
    }

    [Fact]
    public async Task Opening_tells_the_observer_of_nothing_that_was_there_before()
    {
        await AppendAsync(Make.Event());
        await SubscribeAsync();
        await ReopenAsync();

        await AppendAsync(Make.Event());

        EventAssert.Sequences([await HeadAsync()], Observer.Events);
        Assert.Single(Observer.Notices);
    }
}
