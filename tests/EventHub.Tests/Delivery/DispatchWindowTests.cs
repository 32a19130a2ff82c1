using EventHub.Delivery;
using EventHub.Delivery.Destinations;
using EventHub.Storage;

namespace EventHub.Tests.Delivery;

/// <summary>What a window commits, and how far the floor goes with it (invariant 8).</summary>
public sealed class DispatchWindowTests
{
    [Fact]
    public void A_dispatch_starts_ends_and_moves_the_floor_in_one_commit()
    {
        var driver = new WindowDriver();
        var dispatch = Assert.Single(driver.OfferAndStart(null, 1));
        driver.End(dispatch);
        var commit = driver.Commit();
        var result = Assert.Single(commit.Results);
        Assert.Equal(WindowDriver.Key(1), result.Key);
        Assert.Equal((DispatchStatus.Complete, 1, false, false), (result.Status, result.Attempts, result.EndsException, result.IsDeadLetter));
        Assert.Equal(new TrackFloor(0, 1, IsDone: false), Assert.Single(commit.Floors));
        Assert.Empty(commit.Exceptions);
        Assert.Equal(0, driver.Window.Count);
    }

    [Fact]
    public void The_first_attempts_success_writes_no_attempt_and_everything_else_does()
    {
        var driver = new WindowDriver();
        var started = driver.OfferAndStart(null, 1, 2, 3, 4);
        driver.End(started[0]);
        driver.End(started[1], DispatchStatus.Ignored, AttemptKind.Ignored);
        driver.End(started[2], DispatchStatus.Failed, AttemptKind.Rejected);
        driver.Retry(started[3]);
        Assert.Equal([(3, 1, "rejected"), (4, 1, "failed")], driver.Commit().Attempts.Select(a => ((int)a.Key.Sequence, a.Number, a.Outcome)));
        driver.Now += 1000;
        driver.End(Assert.Single(driver.Start()));
        var second = driver.Commit();
        Assert.Equal([(4, 2, "complete")], second.Attempts.Select(a => ((int)a.Key.Sequence, a.Number, a.Outcome)));
        Assert.Equal((2, true), (second.Results[0].Attempts, second.Results[0].EndsException));
    }

    [Fact]
    public void The_floor_waits_for_the_oldest_that_has_not_ended()
    {
        var driver = new WindowDriver();
        var started = driver.OfferAndStart(null, 1, 2, 3);
        driver.End(started[1]);
        driver.End(started[2]);
        Assert.Empty(driver.Commit().Floors);
        driver.End(started[0]);
        Assert.Equal(3, Assert.Single(driver.Commit().Floors).Floor);
    }

    [Fact]
    public void The_floor_passes_a_dispatch_that_is_persisted_in_the_same_commit()
    {
        var driver = new WindowDriver();
        var started = driver.OfferAndStart(null, 1, 2);
        driver.Retry(started[0]);
        driver.End(started[1]);
        var commit = driver.Commit();
        Assert.Equal(WindowDriver.Key(1), Assert.Single(commit.Exceptions).Key);
        Assert.Equal(2, Assert.Single(commit.Floors).Floor);
    }

    [Fact]
    public void The_floor_goes_as_far_as_was_read_where_nothing_is_owed()
    {
        var driver = new WindowDriver();
        driver.Window.ReadThrough(0, 50);
        Assert.Null(driver.Take());
        Assert.Equal(50, Assert.Single(driver.Commit(withFloors: true).Floors).Floor);
        Assert.Null(driver.Take(withFloors: true));
    }

    [Fact]
    public void The_floor_never_passes_one_that_waits_or_is_in_flight()
    {
        var driver = new WindowDriver(concurrency: 1);
        driver.OfferAndStart(null, 5, 6);
        driver.Window.ReadThrough(0, 50);
        Assert.Equal(4, Assert.Single(driver.Commit(withFloors: true).Floors).Floor);
    }

    [Fact]
    public void An_exception_that_ended_after_the_floor_passed_it_moves_the_floor_no_more()
    {
        var driver = new WindowDriver();
        driver.Retry(driver.OfferAndStart(null, 1)[0]);
        driver.Commit();
        driver.Now += 1000;
        driver.End(Assert.Single(driver.Start()));
        var commit = driver.Commit();
        Assert.True(Assert.Single(commit.Results).EndsException);
        Assert.Empty(commit.Floors);
    }

    [Fact]
    public void What_ends_while_a_commit_is_under_way_is_in_the_next_one()
    {
        var driver = new WindowDriver();
        var started = driver.OfferAndStart(null, 1, 2);
        driver.End(started[0]);
        Assert.NotNull(driver.Take());
        driver.End(started[1]);
        Assert.Null(driver.Take());
        driver.Window.Committed();
        Assert.Equal(1, driver.Window.Count);
        Assert.Equal(2, Assert.Single(driver.Commit().Results).Key.Sequence);
    }

    [Fact]
    public void A_dispatch_that_ends_is_no_longer_written_as_an_exception()
    {
        var driver = new WindowDriver();
        driver.Retry(driver.OfferAndStart(null, 1)[0], wait: 0);
        driver.End(Assert.Single(driver.Start()));
        var commit = driver.Commit();
        Assert.Empty(commit.Exceptions);
        Assert.Equal(2, Assert.Single(commit.Results).Attempts);
        Assert.Equal([1, 2], commit.Attempts.Select(a => a.Number));
    }

    [Fact]
    public void A_retry_waits_for_its_time_and_says_when_to_wake()
    {
        var driver = new WindowDriver();
        driver.Retry(driver.OfferAndStart(null, 1)[0], wait: 500);
        var exception = Assert.Single(driver.Commit().Exceptions);
        Assert.Equal((ExceptionState.Retrying, 1, driver.Wall.AddMilliseconds(500)), (exception.State, exception.Attempts, exception.DueAt));
        Assert.Empty(driver.Start());
        Assert.Equal(driver.Now + 500, driver.Window.NextWake());
        driver.Now += 499;
        Assert.Empty(driver.Start());
        driver.Now += 1;
        Assert.Equal([1], driver.Started());
    }

    [Fact]
    public void A_failed_dispatch_is_a_dead_letter_and_an_ignored_one_is_not()
    {
        var driver = new WindowDriver();
        var started = driver.OfferAndStart(null, 1, 2, 3);
        driver.End(started[0], DispatchStatus.Failed, AttemptKind.Failed);
        driver.End(started[1], DispatchStatus.Misconfigured, AttemptKind.Misconfigured);
        driver.End(started[2], DispatchStatus.Ignored, AttemptKind.Ignored);
        Assert.Equal([true, true, false], driver.Commit().Results.Select(r => r.IsDeadLetter));
    }

    [Fact]
    public void A_dispatch_known_already_is_not_offered_twice()
    {
        var driver = new WindowDriver();
        Assert.NotNull(driver.Offer(1));
        Assert.Null(driver.Offer(1));
        Assert.Equal([1], driver.Started());
    }

    [Fact]
    public void One_found_ended_above_the_floor_is_passed_over_once()
    {
        var driver = new WindowDriver();
        driver.Window.EndedAboveFloor.Add(WindowDriver.Key(2));
        driver.Offer(1);
        Assert.Null(driver.Offer(2));
        driver.Offer(3);
        var started = driver.Start();
        Assert.Equal([1, 3], started.Select(d => d.Sequence));
        driver.End(started[0]);
        Assert.Equal(2, Assert.Single(driver.Commit().Floors).Floor);
    }

    [Fact]
    public void Abandoned_at_least_once_is_as_if_never_attempted()
    {
        var driver = new WindowDriver();
        driver.Window.Abandoned(driver.OfferAndStart("a", 1, 2)[0], driver.Wall);
        Assert.Equal(0, driver.Window.InFlight);
        Assert.Null(driver.Take(withFloors: true));
        var again = Assert.Single(driver.Start());
        Assert.Equal((1L, 0), (again.Sequence, again.Attempts));
    }

    [Fact]
    public void A_replay_is_a_track_of_its_own_and_done_at_its_end()
    {
        var driver = new WindowDriver(floor: 10);
        driver.Window.AddTrack(new Track(3, 2, 5));
        driver.Offer(4, generation: 3);
        driver.Window.ReadThrough(3, 5);
        var dispatch = Assert.Single(driver.Start());
        Assert.Equal([new TrackFloor(3, 3, IsDone: false)], driver.Commit().Floors);
        driver.End(dispatch);
        var commit = driver.Commit();
        Assert.Equal(WindowDriver.Key(4, generation: 3), Assert.Single(commit.Results).Key);
        Assert.Equal([new TrackFloor(3, 5, IsDone: true)], commit.Floors);
        Assert.Equal([0], driver.Window.Tracks.Select(t => t.Generation));
    }

    [Fact]
    public void A_replay_is_done_when_all_that_is_left_of_it_is_persisted()
    {
        var driver = new WindowDriver(floor: 10);
        driver.Window.AddTrack(new Track(3, 0, 1));
        driver.Offer(1, generation: 3);
        driver.Retry(Assert.Single(driver.Start()));
        Assert.Equal([new TrackFloor(3, 1, IsDone: true)], driver.Commit().Floors);
    }

    [Fact]
    public void The_same_event_of_two_tracks_is_two_dispatches()
    {
        var driver = new WindowDriver();
        driver.Window.AddTrack(new Track(1, 0, 1));
        Assert.NotNull(driver.Offer(1));
        Assert.NotNull(driver.Offer(1, generation: 1));
        Assert.Equal(2, driver.Start().Count);
    }

    [Fact]
    public void A_track_known_already_keeps_its_place()
    {
        var driver = new WindowDriver();
        driver.Window.ReadThrough(0, 9);
        driver.Window.AddTrack(new Track(0, 3, null));
        Assert.Equal(9, driver.Window.Track(0).ReadThrough);
    }

    [Fact]
    public void Expiring_ends_what_waits_up_to_there_as_lost_and_lets_the_rest_be()
    {
        var driver = new WindowDriver(concurrency: 1);
        driver.OfferAndStart(null, 1, 2, 3);
        driver.Window.Expire(2, driver.Wall);
        var commit = driver.Commit();
        Assert.Equal([(2L, DispatchStatus.Lost, false)], commit.Results.Select(r => (r.Key.Sequence, r.Status, r.IsDeadLetter)));
        Assert.Equal([1, 3], driver.Window.Dispatches.Select(d => d.Sequence).Order());
    }

    [Fact]
    public void What_was_asked_for_again_by_hand_does_not_expire_with_its_event()
    {
        var driver = new WindowDriver(floor: 5);
        driver.Window.Restore(
            new ExceptionRecord { Key = WindowDriver.Key(1, 3), State = ExceptionState.Requeued, DueAt = driver.Wall, CreatedAt = driver.Wall }, 0, false, driver.Wall);
        driver.Restore(2);
        driver.Window.Expire(5, driver.Wall);
        Assert.Equal([2], driver.Commit().Results.Select(r => r.Key.Sequence));
        Assert.Equal([1], driver.Started());
    }

    [Fact]
    public void What_expired_is_never_started()
    {
        var driver = new WindowDriver();
        driver.Offer(1);
        driver.Offer(2);
        driver.Window.Expire(1, driver.Wall);
        Assert.Equal([2], driver.Started());
        driver.Commit();
        Assert.Empty(driver.Start());
    }
}
