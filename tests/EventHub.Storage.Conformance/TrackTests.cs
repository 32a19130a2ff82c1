using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Conformance;

/// <summary>Replays: tracks beside the main one.</summary>
public abstract class TrackTests<TProvider> : StoreTest<TProvider>
    where TProvider : StoreProvider, new()
{
    [Fact]
    public async Task A_track_takes_the_next_generation()
    {
        var worker = await WorkerWithEventsAsync(5);

        Assert.Equal(new Track(1, 1, 3), await Journal.AddTrackAsync(worker.Subscription, 1, 3, Cancel));
        Assert.Equal(new Track(2, 0, 5), await Journal.AddTrackAsync(worker.Subscription, 0, 5, Cancel));
        Assert.Equal([new Track(0, 0, null), new Track(1, 1, 3), new Track(2, 0, 5)], (await worker.LoadAsync()).Tracks);
    }

    [Fact]
    public async Task A_track_ends_at_the_head_at_the_latest()
    {
        var worker = await WorkerWithEventsAsync(5);

        Assert.Equal(new Track(1, 2, 5), await Journal.AddTrackAsync(worker.Subscription, 2, long.MaxValue, Cancel));
        await AppendAsync(Make.Events(1));
        Assert.Equal(new Track(1, 2, 5), (await worker.LoadAsync()).Tracks[1]);
    }

    [Fact]
    public async Task A_subscription_that_does_not_exist_gets_no_track() => Assert.Null(await Journal.AddTrackAsync(99, 0, 1, Cancel));

    [Fact]
    public async Task Replays_and_redrives_share_the_generations_of_their_subscription()
    {
        var one = await WorkerWithEventsAsync(2, "one");
        var other = await WorkerForAsync(await SubscribeAsync("other"));
        await one.CompleteAsync(1, 2);

        Assert.Equal(1, (await Journal.AddTrackAsync(one.Subscription, 0, 2, Cancel))!.Generation);
        Assert.Equal([one.Key(1, 2)], await RequeueAsync(one, onlyDeadLetters: false, one.Key(1)));
        Assert.Equal(3, (await Journal.AddTrackAsync(one.Subscription, 0, 2, Cancel))!.Generation);
        Assert.Equal(1, (await Journal.AddTrackAsync(other.Subscription, 0, 2, Cancel))!.Generation);
    }

    [Fact]
    public async Task Each_track_has_its_own_floor_and_results()
    {
        var worker = await WorkerWithEventsAsync(5);
        await worker.CompleteAsync(1, 2, 3, 4, 5);
        await worker.MoveFloorAsync(5);
        var track = (await Journal.AddTrackAsync(worker.Subscription, 0, 5, Cancel))!;

        await worker.SettleAsync(
            [Make.Result(worker.Key(1, 1)), Make.Result(worker.Key(2, 1)), Make.Result(worker.Key(4, 1))], floors: [new TrackFloor(1, 2, IsDone: false)]);

        var state = await worker.LoadAsync();
        Assert.Equal([new Track(0, 5, null), track with { Floor = 2 }], state.Tracks);
        Assert.Equal([worker.Key(4, 1)], state.EndedAboveFloor);
    }

    [Fact]
    public async Task The_floor_of_a_replay_does_not_go_back_either()
    {
        var worker = await WorkerWithEventsAsync(5);
        await Journal.AddTrackAsync(worker.Subscription, 2, 5, Cancel);

        await worker.AssertRefusedAsync(worker.Settlement(floors: [new TrackFloor(0, 5, IsDone: false), new TrackFloor(1, 1, IsDone: false)]));

        Assert.Equal([new Track(0, 0, null), new Track(1, 2, 5)], (await worker.LoadAsync()).Tracks);
    }

    [Fact]
    public async Task A_track_that_is_done_goes_away_and_its_generation_is_not_used_again()
    {
        var worker = await WorkerWithEventsAsync(3);
        await Journal.AddTrackAsync(worker.Subscription, 0, 3, Cancel);
        await Journal.AddTrackAsync(worker.Subscription, 0, 2, Cancel);

        await worker.SettleAsync([Make.Result(worker.Key(2, 2))], floors: [new TrackFloor(2, 2, IsDone: true)]);

        var state = await worker.LoadAsync();
        Assert.Equal([0, 1], state.Tracks.Select(track => track.Generation));
        Assert.Empty(state.EndedAboveFloor);
        Assert.Equal(DispatchStatus.Complete, (await FindAsync(worker.Key(2, 2)))!.Status);
        Assert.Equal(3, (await Journal.AddTrackAsync(worker.Subscription, 0, 3, Cancel))!.Generation);
    }
}
