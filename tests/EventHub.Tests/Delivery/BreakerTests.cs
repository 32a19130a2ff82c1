using EventHub.Delivery;

namespace EventHub.Tests.Delivery;

public sealed class BreakerTests
{
    [Fact]
    public void It_opens_after_consecutive_transport_failures_only()
    {
        var breaker = new Breaker(3, 100);
        breaker.Ended(true, 0);
        breaker.Ended(true, 0);
        breaker.Ended(false, 0);
        breaker.Ended(true, 0);
        breaker.Ended(true, 0);
        Assert.False(breaker.IsOpen);
        Assert.True(breaker.Allows(0));
        breaker.Ended(true, 0);
        Assert.True(breaker.IsOpen);
    }

    [Fact]
    public void Open_it_lets_one_probe_through_when_the_wait_is_over()
    {
        var breaker = Open(now: 50);
        Assert.False(breaker.Allows(149));
        Assert.True(breaker.Allows(150));
        breaker.Started();
        Assert.False(breaker.Allows(1_000_000));
        Assert.Equal(long.MaxValue, breaker.ProbeAt);
    }

    [Fact]
    public void A_probe_that_is_answered_closes_it_and_failures_count_anew()
    {
        var breaker = Open(now: 0, threshold: 2);
        breaker.Started();
        breaker.Ended(false, 100);
        Assert.False(breaker.IsOpen);
        breaker.Ended(true, 100);
        Assert.False(breaker.IsOpen);
    }

    [Fact]
    public void Each_failed_probe_doubles_the_wait_up_to_a_minute()
    {
        var breaker = Open(now: 0, delay: 20_000);
        foreach (var wait in new long[] { 40_000, 60_000, 60_000 })
        {
            breaker.Started();
            breaker.Ended(true, 7);
            Assert.Equal(7 + wait, breaker.ProbeAt);
        }
    }

    [Fact]
    public void Attempts_under_way_when_it_opened_do_not_lengthen_the_wait()
    {
        var breaker = Open(now: 0);
        breaker.Ended(true, 60);
        Assert.Equal(100, breaker.ProbeAt);
    }

    [Fact]
    public void After_closing_the_wait_begins_anew()
    {
        var breaker = Open(now: 0);
        breaker.Started();
        breaker.Ended(true, 100);
        breaker.Started();
        breaker.Ended(false, 300);
        breaker.Ended(true, 300);
        Assert.Equal(400, breaker.ProbeAt);
    }

    private static Breaker Open(long now, int threshold = 1, long delay = 100)
    {
        var breaker = new Breaker(threshold, delay);
        for (var i = 0; i < threshold; i++) breaker.Ended(true, now);
        Assert.True(breaker.IsOpen);
        return breaker;
    }
}
