using EventHub.Delivery;
using EventHub.Routing;

namespace EventHub.Tests.Delivery;

public sealed class TokenBucketTests
{
    [Fact]
    public void A_burst_is_as_large_as_the_limit()
    {
        var bucket = new TokenBucket(new RateLimit(3, TimeSpan.FromSeconds(1)), 0);
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => bucket.TryTake(0)));
    }

    [Fact]
    public void Idle_time_saves_up_no_more_than_the_limit()
    {
        var bucket = new TokenBucket(new RateLimit(3, TimeSpan.FromSeconds(1)), 0);
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => bucket.TryTake(1_000_000)));
    }

    [Fact]
    public void The_next_token_is_there_when_it_says()
    {
        for (var limit = 1; limit < 50; limit++)
        {
            var bucket = new TokenBucket(new RateLimit(limit, TimeSpan.FromMilliseconds(997)), 0);
            var now = 0L;
            for (var i = 0; i < 200; i++)
            {
                while (bucket.TryTake(now))
                {
                }

                var next = bucket.NextAt(now);
                Assert.True(next > now);
                now = next;
                Assert.True(bucket.TryTake(now), $"limit {limit}: no token at {now}, when one was promised");
            }
        }
    }

    [Fact]
    public void Over_a_long_time_the_rate_is_the_limit()
    {
        var bucket = new TokenBucket(new RateLimit(10, TimeSpan.FromSeconds(1)), 0);
        var taken = 0;
        for (var now = 0L; now < 100_000; now++)
        {
            if (bucket.TryTake(now)) taken++;
        }

        Assert.InRange(taken, 1000, 1010);
    }
}
