using EventHub.Delivery;
using EventHub.Delivery.Destinations;
using EventHub.Storage;

namespace EventHub.Tests.Delivery;

/// <summary>Order per key (invariant 7): never two in flight, and a failing key delays only itself.</summary>
public sealed class DispatchWindowLaneTests
{
    [Fact]
    public void One_of_a_lane_is_in_flight_and_other_lanes_go_on()
    {
        var driver = new WindowDriver();
        driver.Offer(1, "a");
        driver.Offer(2, "a");
        driver.Offer(3, "b");
        driver.Offer(4);
        driver.Offer(5);
        Assert.Equal([1, 3, 4, 5], driver.Started());
    }

    [Fact]
    public void The_next_of_a_lane_starts_only_when_the_result_before_is_committed()
    {
        var driver = new WindowDriver();
        driver.End(driver.OfferAndStart("a", 1, 2)[0]);
        Assert.Empty(driver.Start());
        Assert.NotNull(driver.Take());
        Assert.Empty(driver.Start());
        driver.Window.Committed();
        Assert.Equal([2], driver.Started());
    }

    [Fact]
    public void A_lane_whose_head_failed_parks_its_followers_so_that_the_floor_can_pass()
    {
        var driver = new WindowDriver();
        driver.Retry(driver.OfferAndStart("a", 1, 2, 3)[0]);
        driver.Offer(4, "a");
        var commit = driver.Commit();
        Assert.Equal(
            [(1L, ExceptionState.Retrying), (2L, ExceptionState.Parked), (3L, ExceptionState.Parked), (4L, ExceptionState.Parked)],
            commit.Exceptions.Select(e => (e.Key.Sequence, e.State)));
        Assert.All(commit.Exceptions, e => Assert.Equal("a", e.Lane));
        Assert.Equal(4, Assert.Single(commit.Floors).Floor);
        Assert.Empty(driver.Start());
    }

    [Fact]
    public void Parked_ones_follow_in_order_after_the_retry_succeeded()
    {
        var driver = new WindowDriver();
        driver.Retry(driver.OfferAndStart("a", 1, 2, 3)[0]);
        driver.Commit();
        driver.Now += 1000;
        var order = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            var dispatch = Assert.Single(driver.Start());
            order.Add(dispatch.Sequence);
            driver.End(dispatch);
            driver.Commit();
        }

        Assert.Equal([1, 2, 3], order);
        Assert.Equal(0, driver.Window.Count);
    }

    [Fact]
    public void A_dead_letter_releases_its_lane_as_a_success_does()
    {
        var driver = new WindowDriver();
        driver.End(driver.OfferAndStart("a", 1, 2)[0], DispatchStatus.Failed, AttemptKind.Rejected);
        driver.Commit();
        Assert.Equal([2], driver.Started());
    }

    [Fact]
    public void A_delayed_head_holds_its_lane()
    {
        var driver = new WindowDriver();
        driver.Offer(1, "a", dueAt: driver.Now + 500);
        driver.Offer(2, "a");
        Assert.Empty(driver.Start());
        driver.Now += 500;
        Assert.Equal([1], driver.Started());
    }

    [Fact]
    public void A_slow_lane_parks_nobody_while_there_is_room()
    {
        var driver = new WindowDriver(capacity: 10);
        driver.OfferAndStart("a", 1, 2, 3);
        driver.Now += 10_000;
        driver.Window.ParkSlowLanes(driver.Now);
        Assert.Null(driver.Take());
        Assert.Equal(long.MaxValue, driver.Window.NextWake());
    }

    [Fact]
    public void A_slow_lane_parks_its_followers_when_room_is_short_and_other_lanes_go_on()
    {
        var driver = new WindowDriver(capacity: 3);
        driver.OfferAndStart("a", 1, 2, 3);
        Assert.False(driver.Window.HasRoom);
        Assert.Equal(driver.Now + driver.Settings.SlowLaneAfter, driver.Window.NextWake());
        driver.Now += driver.Settings.SlowLaneAfter - 1;
        driver.Window.ParkSlowLanes(driver.Now);
        Assert.False(driver.Window.HasRoom);
        driver.Now++;
        driver.Window.ParkSlowLanes(driver.Now);
        Assert.True(driver.Window.HasRoom);
        Assert.Equal([2, 3], driver.Commit().Exceptions.Select(e => e.Key.Sequence));
        driver.Offer(4, "b");
        Assert.Equal([4], driver.Started());
        Assert.Equal(long.MaxValue, driver.Window.NextWake());
    }

    [Fact]
    public void A_slow_head_that_ends_well_releases_the_parked_in_order()
    {
        var driver = new WindowDriver(capacity: 3);
        var head = Assert.Single(driver.OfferAndStart("a", 1, 2, 3));
        driver.Now += 1000;
        driver.Window.ParkSlowLanes(driver.Now);
        driver.End(head);
        driver.Commit();
        Assert.Equal([2], driver.Started());
    }

    [Fact]
    public void A_follower_that_expired_is_passed_over_when_its_turn_comes()
    {
        var driver = new WindowDriver();
        var head = Assert.Single(driver.OfferAndStart("a", 1, 2, 3));
        driver.Window.Expire(2, driver.Wall);
        driver.Commit();
        driver.End(head);
        driver.Commit();
        Assert.Equal([3], driver.Started());
    }

    [Fact]
    public void A_head_and_its_expired_follower_may_end_in_one_commit()
    {
        var driver = new WindowDriver();
        var head = Assert.Single(driver.OfferAndStart("a", 1, 2, 3));
        driver.Window.Expire(2, driver.Wall);
        driver.End(head);
        driver.Commit();
        Assert.Equal([3], driver.Started());
    }

    [Fact]
    public void A_head_released_while_its_follower_is_expiring_passes_the_lane_on()
    {
        var driver = new WindowDriver();
        driver.End(Assert.Single(driver.OfferAndStart("a", 1, 2, 3)));
        Assert.NotNull(driver.Take());
        driver.Window.Expire(2, driver.Wall);
        driver.Window.Committed();
        Assert.Empty(driver.Start());
        driver.Commit();
        Assert.Equal([3], driver.Started());
    }
}
