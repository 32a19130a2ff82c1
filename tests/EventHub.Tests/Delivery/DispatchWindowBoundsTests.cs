using EventHub.Delivery;
using EventHub.Delivery.Destinations;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Tests.Delivery;

/// <summary>What a window restores, and what bounds it (invariant 10).</summary>
public sealed class DispatchWindowBoundsTests
{
    [Fact]
    public void A_restored_exception_below_the_floor_goes_on_at_its_time()
    {
        var driver = new WindowDriver(floor: 5);
        driver.Restore(3, attempts: 2, dueAt: driver.Now + 100);
        Assert.Empty(driver.Start());
        Assert.Equal(driver.Now + 100, driver.Window.NextWake());
        driver.Now += 100;
        var dispatch = Assert.Single(driver.Start());
        Assert.Equal((3, 2), (dispatch.Sequence, dispatch.Attempts));
    }

    [Fact]
    public void A_restored_exception_above_the_floor_waits_until_reading_meets_it()
    {
        var driver = new WindowDriver(floor: 5);
        driver.Restore(7, "a");
        Assert.Empty(driver.Start());
        driver.Offer(6, "a");
        Assert.Null(driver.Offer(7, "a"));
        driver.End(Assert.Single(driver.Start(), d => d.Sequence == 6));
        driver.Commit();
        Assert.Equal([7], driver.Started());
    }

    [Fact]
    public void A_restored_exception_that_reading_passes_without_offering_is_owed_all_the_same()
    {
        var driver = new WindowDriver(floor: 5);
        driver.Restore(7);
        driver.Window.ReadThrough(0, 6);
        Assert.Empty(driver.Start());
        driver.Window.ReadThrough(0, 9);
        Assert.Equal([7], driver.Started());
    }

    [Fact]
    public void Restored_ones_of_a_lane_go_on_in_order_with_the_followers_blocked()
    {
        var driver = new WindowDriver(floor: 5);
        driver.Restore(2, "a", attempts: 1);
        driver.Restore(4, "a", ExceptionState.Parked, attempts: 0);
        driver.Offer(6, "a");
        Assert.Equal(WindowDriver.Key(6), Assert.Single(driver.Commit().Exceptions).Key);
        driver.End(Assert.Single(driver.Start(), d => d.Sequence == 2));
        driver.Commit();
        Assert.Equal([4], driver.Started());
    }

    [Fact]
    public void Restoring_twice_changes_nothing()
    {
        var driver = new WindowDriver(floor: 5);
        driver.Restore(2);
        driver.Restore(2);
        Assert.Equal(1, driver.Window.Count);
        Assert.Equal([2], driver.Started());
    }

    [Fact]
    public void A_requeued_dispatch_is_a_generation_of_its_own_behind_its_lane()
    {
        var driver = new WindowDriver();
        var head = Assert.Single(driver.OfferAndStart("a", 9));
        driver.Restore(2, "a", ExceptionState.Requeued, attempts: 0, generation: 4);
        Assert.Empty(driver.Start());
        driver.End(head);
        driver.Commit();
        var requeued = Assert.Single(driver.Start());
        Assert.Equal((2, 4), (requeued.Sequence, requeued.Generation));
        driver.End(requeued);
        var result = Assert.Single(driver.Commit().Results);
        Assert.Equal((WindowDriver.Key(2, 4), true), (result.Key, result.EndsException));
    }

    [Fact]
    public void Room_ends_at_the_capacity_and_persisted_ones_do_not_count()
    {
        var driver = new WindowDriver(capacity: 2);
        var started = driver.OfferAndStart(null, 1, 2);
        Assert.False(driver.Window.HasRoom);
        driver.Retry(started[0]);
        Assert.True(driver.Window.HasRoom);
    }

    [Fact]
    public void Room_ends_at_the_most_exceptions_and_comes_back_when_one_ends()
    {
        var driver = new WindowDriver(maxExceptions: 1);
        driver.Retry(driver.OfferAndStart(null, 1)[0], wait: 100);
        driver.Commit();
        Assert.False(driver.Window.HasRoom);
        driver.Now += 100;
        driver.End(Assert.Single(driver.Start()));
        Assert.False(driver.Window.HasRoom);
        driver.Commit();
        Assert.True(driver.Window.HasRoom);
    }

    [Fact]
    public void Exceptions_not_met_by_reading_do_not_keep_it_from_reading()
    {
        var driver = new WindowDriver(maxExceptions: 1);
        driver.Restore(2);
        Assert.True(driver.Window.HasRoom);
        driver.Offer(1);
        driver.Offer(2);
        Assert.False(driver.Window.HasRoom);
    }

    [Fact]
    public void No_more_attempts_are_in_flight_than_the_concurrency()
    {
        var driver = new WindowDriver(concurrency: 2);
        var started = driver.OfferAndStart(null, 1, 2, 3);
        Assert.Equal([1, 2], started.Select(d => d.Sequence));
        Assert.Equal(long.MaxValue, driver.Window.NextWake());
        driver.End(started[1]);
        Assert.Equal([3], driver.Started());
    }

    [Fact]
    public void A_change_of_concurrency_holds_for_the_next_start()
    {
        var driver = new WindowDriver(concurrency: 1);
        driver.OfferAndStart(null, 1, 2, 3);
        driver.Configure(s => s with { Concurrency = 3 });
        Assert.Equal([2, 3], driver.Started());
    }

    [Fact]
    public void Paused_nothing_starts_nothing_is_read_and_nobody_is_woken()
    {
        var driver = new WindowDriver();
        driver.Offer(1);
        driver.Offer(2, dueAt: driver.Now + 5);
        driver.Configure(s => s with { IsPaused = true });
        Assert.Empty(driver.Start());
        Assert.False(driver.Window.HasRoom);
        Assert.Equal(long.MaxValue, driver.Window.NextWake());
        driver.Configure(s => s with { IsPaused = false });
        Assert.Equal([1], driver.Started());
    }

    [Fact]
    public void An_open_breaker_stops_starting_and_leaves_room_for_one_probe()
    {
        var driver = new WindowDriver(breakerThreshold: 2, breakerDelay: 1000);
        var started = driver.OfferAndStart(null, 1, 2);
        driver.Retry(started[0], wait: 10, AttemptKind.NetworkError);
        Assert.False(driver.Window.IsBreakerOpen);
        driver.Retry(started[1], wait: 10, AttemptKind.Timeout);
        Assert.True(driver.Window.IsBreakerOpen);
        Assert.True(driver.Window.HasRoom);
        driver.Offer(3);
        Assert.False(driver.Window.HasRoom);
        driver.Now += 999;
        Assert.Empty(driver.Start());
        Assert.Equal(driver.Now + 1, driver.Window.NextWake());
        driver.Now++;
        var probe = Assert.Single(driver.Start());
        Assert.Equal(long.MaxValue, driver.Window.NextWake());
        driver.End(probe);
        Assert.False(driver.Window.IsBreakerOpen);
        Assert.Equal(2, driver.Start().Count);
    }

    [Fact]
    public void A_failed_probe_leaves_the_others_waiting_twice_as_long()
    {
        var driver = new WindowDriver(breakerThreshold: 1, breakerDelay: 1000);
        driver.Retry(driver.OfferAndStart(null, 1)[0], wait: 0, AttemptKind.NetworkError);
        driver.Now += 1000;
        driver.Retry(Assert.Single(driver.Start()), wait: 0, AttemptKind.NetworkError);
        Assert.Empty(driver.Start());
        Assert.Equal(driver.Now + 2000, driver.Window.NextWake());
    }

    [Fact]
    public void The_rate_limit_holds_attempts_and_says_when_to_wake()
    {
        var driver = new WindowDriver(rateLimit: new RateLimit(2, TimeSpan.FromSeconds(1)));
        Assert.Equal([1, 2], driver.OfferAndStart(null, 1, 2, 3, 4).Select(d => d.Sequence));
        Assert.Equal(driver.Now + 500, driver.Window.NextWake());
        driver.Now += 500;
        Assert.Equal([3], driver.Started());
        driver.Configure(s => s with { RateLimit = null });
        Assert.Equal([4], driver.Started());
    }

    [Fact]
    public void The_next_wake_is_never_in_the_past()
    {
        // Random work; whenever nothing more can start, the wake-up lies ahead or there is none: a runner that obeys it does not spin.
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var driver = new WindowDriver(
                concurrency: random.Next(1, 4), capacity: random.Next(2, 6), maxExceptions: random.Next(1, 6),
                rateLimit: random.Next(2) == 0 ? new RateLimit(random.Next(1, 3), TimeSpan.FromMilliseconds(100)) : null, breakerThreshold: random.Next(1, 4), breakerDelay: 50);
            var inFlight = new List<Dispatch>();
            var sequence = 0L;
            for (var step = 0; step < 200; step++)
            {
                driver.Now += random.Next(0, 120);
                if (driver.Window.HasRoom && random.Next(2) == 0)
                {
                    sequence++;
                    driver.Offer(sequence, random.Next(2) == 0 ? "a" : null, random.Next(3) == 0 ? driver.Now + random.Next(1, 200) : 0, random.Next(4) == 0);
                }

                driver.Window.ParkSlowLanes(driver.Now);
                inFlight.AddRange(driver.Start());
                Assert.True(driver.Window.NextWake() > driver.Now, $"seed {seed}, step {step}: wake at {driver.Window.NextWake()}, now {driver.Now}");
                if (inFlight.Count > 0 && random.Next(2) == 0)
                {
                    var ended = inFlight[random.Next(inFlight.Count)];
                    inFlight.Remove(ended);
                    if (ended.IsAtMostOnce || random.Next(2) == 0) driver.End(ended);
                    else driver.Retry(ended, random.Next(0, 150), random.Next(2) == 0 ? AttemptKind.NetworkError : AttemptKind.Failed);
                }

                if (driver.Take() is not null) driver.Window.Committed();
            }
        }
    }

    [Fact]
    public void What_was_given_to_a_lane_is_dropped_from_memory_when_it_is_parked()
    {
        var driver = new WindowDriver();
        driver.Offer(1, "a");
        var follower = driver.Offer(2, "a")!;
        follower.Event = Storage.Conformance.Support.Make.Event();
        driver.Retry(Assert.Single(driver.Start()));
        Assert.Null(follower.Event);
    }
}
