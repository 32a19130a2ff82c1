using EventHub.Delivery;
using EventHub.Delivery.Destinations;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Tests.Delivery;

/// <summary>Invariant 6: never a second request; "started" is durable before the first.</summary>
public sealed class DispatchWindowAtMostOnceTests
{
    [Fact]
    public void It_starts_only_after_started_is_committed()
    {
        var driver = new WindowDriver();
        driver.Offer(1, isAtMostOnce: true);
        Assert.Empty(driver.Start());
        var claim = driver.Take();
        Assert.Equal((WindowDriver.Key(1), ExceptionState.Started), (claim!.Exceptions[0].Key, claim.Exceptions[0].State));
        Assert.Empty(driver.Start());
        driver.Window.Committed();
        driver.End(Assert.Single(driver.Start()));
        var result = Assert.Single(driver.Commit().Results);
        Assert.Equal((DispatchStatus.Complete, true), (result.Status, result.EndsException));
    }

    [Fact]
    public void Started_at_restore_is_lost()
    {
        var driver = new WindowDriver(floor: 5);
        driver.Restore(3, state: ExceptionState.Started, attempts: 0, isAtMostOnce: true);
        Assert.Empty(driver.Start());
        var result = Assert.Single(driver.Commit().Results);
        Assert.Equal((DispatchStatus.Lost, true, true), (result.Status, result.IsDeadLetter, result.EndsException));
    }

    [Fact]
    public void Started_at_restore_above_the_floor_is_lost_and_passed_over_by_reading()
    {
        var driver = new WindowDriver();
        driver.Restore(1, state: ExceptionState.Started, attempts: 0, isAtMostOnce: true);
        driver.Commit();
        Assert.Null(driver.Offer(1, isAtMostOnce: true));
        Assert.Empty(driver.Start());
        Assert.Equal(1, Assert.Single(driver.Commit(withFloors: true).Floors).Floor);
    }

    [Fact]
    public void Claimed_and_not_begun_is_given_back_and_may_start_later()
    {
        var driver = new WindowDriver();
        driver.Offer(1, isAtMostOnce: true);
        driver.Start();
        driver.Commit();
        driver.Window.Unclaim();
        Assert.Equal(ExceptionState.Parked, Assert.Single(driver.Commit().Exceptions).State);
        Assert.Empty(driver.Start());
        Assert.Equal(ExceptionState.Started, Assert.Single(driver.Commit().Exceptions).State);
        Assert.Equal([1], driver.Started());
    }

    [Fact]
    public void Abandoned_is_lost()
    {
        var driver = new WindowDriver();
        driver.Offer(1, isAtMostOnce: true);
        driver.Start();
        driver.Commit();
        driver.Window.Abandoned(Assert.Single(driver.Start()), driver.Wall);
        Assert.Equal(DispatchStatus.Lost, Assert.Single(driver.Commit().Results).Status);
    }

    [Fact]
    public void No_more_are_claimed_than_may_run()
    {
        var driver = new WindowDriver(concurrency: 2);
        for (var i = 1; i <= 5; i++) driver.Offer(i, isAtMostOnce: true);
        Assert.Empty(driver.Start());
        Assert.Equal([1, 2], driver.Commit().Exceptions.Select(e => e.Key.Sequence));
        Assert.Equal([1, 2], driver.Started());
        Assert.Null(driver.Take());
    }

    [Fact]
    public void None_is_claimed_while_the_breaker_is_open()
    {
        var driver = new WindowDriver(breakerThreshold: 1);
        driver.End(driver.OfferAndStart(null, 1)[0], DispatchStatus.Failed, AttemptKind.NetworkError);
        driver.Commit();
        driver.Offer(2, isAtMostOnce: true);
        Assert.Empty(driver.Start());
        Assert.Null(driver.Take(withFloors: true));
        Assert.Equal(driver.Now + 1000, driver.Window.NextWake());
    }

    [Fact]
    public void The_order_of_a_lane_holds()
    {
        var driver = new WindowDriver();
        driver.Offer(1, "a", isAtMostOnce: true);
        driver.Offer(2, "a", isAtMostOnce: true);
        driver.Start();
        Assert.Equal([1], driver.Commit().Exceptions.Select(e => e.Key.Sequence));
        driver.End(Assert.Single(driver.Start()));
        driver.Commit();
        Assert.Empty(driver.Start());
        driver.Commit();
        Assert.Equal([2], driver.Started());
    }

    [Fact]
    public void A_claimed_one_waits_for_the_rate_limit()
    {
        var driver = new WindowDriver(rateLimit: new RateLimit(1, TimeSpan.FromSeconds(1)));
        driver.Offer(1, isAtMostOnce: true);
        driver.Offer(2, isAtMostOnce: true);
        driver.Start();
        driver.Commit();
        Assert.Equal([1], driver.Started());
        Assert.Equal(driver.Now + 1000, driver.Window.NextWake());
        driver.Now += 1000;
        Assert.Equal([2], driver.Started());
    }
}
