using EventHub.Events;
using EventHub.Routing;
using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Conformance;

/// <summary>What the commit observer is told: everything, in commit order, before the caller is.</summary>
public abstract class ObserverTests<TProvider> : StoreTest<TProvider>
    where TProvider : StoreProvider, new()
{
    [Fact]
    public async Task Appended_events_are_told_of_as_they_stand_in_the_log()
    {
        var sent = new[] { Make.FullEvent(), Make.BareEvent() };

        await AppendAsync(sent);

        Assert.Equal(2, Observer.Events.Count);
        EventAssert.Same(sent[0], 1, Observer.Events[0]);
        EventAssert.Same(sent[1], 2, Observer.Events[1]);
    }

    [Fact]
    public async Task The_observer_is_told_before_the_caller()
    {
        for (var n = 1; n <= 20; n++)
        {
            await AppendAsync(Make.Event());
            Assert.Equal(n, Observer.Events.Count);
        }

        var created = await SubscribeAsync();
        Assert.Equal(created, Assert.IsType<SubscriptionVersion>(Observer.Notices[^1]));
    }

    [Fact(Timeout = 300_000)]
    public async Task What_the_observer_was_told_of_can_be_read()
    {
        var appending = Task.Run(() => AppendAsync(Make.Event()), Cancel);

        await Observer.WaitAsync(Cancel);
        var told = Observer.Events[0];

        EventAssert.Same(told, 1, Assert.Single(await Log.GetAsync([told.Sequence], Cancel)));
        await appending;
    }

    [Fact]
    public async Task Nothing_is_told_of_what_was_not_appended()
    {
        await AppendAsync(Make.Key("k"));
        var request = new AppendRequest { Events = Make.Events(1), EventKeys = [Make.Key("k")], RequestKey = Make.Key("r"), Now = Make.Time };

        await AppendAsync(Make.Key("k"));
        await AppendAsync(Make.Key("k", "other"));
        await Log.AppendAsync(request, Cancel);
        await Log.AppendAsync(request, Cancel);

        EventAssert.Sequences([1], Observer.Events);
        Assert.Single(Observer.Notices);
    }

    [Fact]
    public async Task Of_a_request_with_duplicates_only_the_new_events_are_told()
    {
        await AppendAsync(Make.Key("k"));

        await AppendKeyedAsync(Make.Time, Make.Key("k"), null, Make.Key("k"), null);

        EventAssert.Sequences([1, 2, 3], Observer.Events);
    }

    [Fact]
    public async Task Every_change_of_a_subscription_is_told_in_order_with_appends()
    {
        await AppendAsync(Make.Event());
        var created = await SubscribeAsync(startAfter: null);
        await AppendAsync(Make.Events(2));
        var changed = (await ChangeAsync(created, name: "renamed"))!;
        await ChangeAsync(created, name: "too late");
        await AppendAsync(Make.Event());
        await ChangeAsync(changed, isDelete: true);

        Assert.Equal(["1", "v1@1", "2", "3", "v2@3", "4", "v3@4 deleted"], Observer.Notices.SelectMany(Describe));
    }

    [Fact]
    public async Task Requeues_and_new_tracks_are_told_and_those_of_nothing_are_not()
    {
        var worker = await WorkerWithEventsAsync(1);
        await worker.FailAsync(1);
        var before = Observer.Notices.Count;

        await RequeueAsync(worker, onlyDeadLetters: true, worker.Key(1));
        await RequeueAsync(worker, onlyDeadLetters: true, worker.Key(1));
        await Journal.AddTrackAsync(worker.Subscription, 0, 1, Cancel);
        await Journal.AddTrackAsync(99, 0, 1, Cancel);

        Assert.Equal([worker.Subscription, worker.Subscription], Observer.Notices.Skip(before));
    }

    [Fact]
    public async Task Under_sixteen_writers_events_are_told_without_gap_and_never_two_at_once()
    {
        var subscribing = Task.Run(
            async () =>
            {
                for (var n = 0; n < 20; n++) await SubscribeAsync($"sub-{n}", startAfter: null);
            },
            Cancel);
        await Task.WhenAll([subscribing, .. Enumerable.Range(0, 16).Select(_ => Task.Run(
            async () =>
            {
                for (var n = 0; n < 30; n++)
                {
                    var sequence = (await AppendAsync(Make.Event())).Events[0].Sequence;
                    Assert.True(Observer.Events[(int)sequence - 1].Sequence == sequence, $"The caller knew of {sequence} before the observer.");
                }
            },
            Cancel))]);

        EventAssert.Sequences(Enumerable.Range(1, 16 * 30).Select(n => (long)n), Observer.Events);
        Assert.Equal(20, Observer.Notices.OfType<SubscriptionVersion>().Count());
        Assert.Equal(0, Observer.Overlaps);
    }

    private static IEnumerable<string> Describe(object notice) => notice switch
    {
        IReadOnlyList<Event> events => events.Select(e => $"{e.Sequence}"),
        SubscriptionVersion version => [$"v{version.Version}@{version.EffectiveAfter}{(version.IsDeleted ? " deleted" : "")}"],
        _ => [$"{notice}"],
    };
}
