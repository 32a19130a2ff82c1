using EventHub.Delivery;
using EventHub.Delivery.Destinations;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Tests.Delivery;

public sealed class RetryPolicyTests
{
    private static readonly RetrySettings s_schedule = new() { Limit = 5, Schedule = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(7)] };

    [Theory]
    [InlineData(AttemptKind.Complete, DispatchStatus.Complete)]
    [InlineData(AttemptKind.Ignored, DispatchStatus.Ignored)]
    [InlineData(AttemptKind.Failed, DispatchStatus.Ongoing)]
    [InlineData(AttemptKind.NetworkError, DispatchStatus.Ongoing)]
    [InlineData(AttemptKind.Timeout, DispatchStatus.Ongoing)]
    [InlineData(AttemptKind.Rejected, DispatchStatus.Failed)]
    [InlineData(AttemptKind.Gone, DispatchStatus.Failed)]
    [InlineData(AttemptKind.Misconfigured, DispatchStatus.Misconfigured)]
    public void Each_kind_of_outcome_has_its_verdict(AttemptKind kind, DispatchStatus status) => Assert.Equal(status, Decide(kind, attempts: 1).Status);

    [Fact]
    public void Every_kind_of_outcome_has_a_verdict() => Assert.All(Enum.GetValues<AttemptKind>(), kind => Decide(kind, attempts: 1));

    [Fact]
    public void A_schedule_repeats_its_last_wait() =>
        Assert.Equal([1000, 7000, 7000, 7000, 7000], Enumerable.Range(1, 5).Select(attempts => Decide(AttemptKind.Failed, attempts).Wait));

    [Fact]
    public void A_constant_wait_is_the_same_every_time()
    {
        var settings = new RetrySettings { Limit = 9, Schedule = null, Constant = TimeSpan.FromSeconds(3) };
        Assert.Equal([3000, 3000, 3000], Enumerable.Range(1, 3).Select(attempts => Decide(AttemptKind.Failed, attempts, settings).Wait));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 4)]
    public void There_are_as_many_attempts_as_the_limit_and_one(int limit, int attempts)
    {
        var settings = s_schedule with { Limit = limit };
        if (limit > 0) Assert.True(Decide(AttemptKind.Failed, attempts - 1, settings).IsRetry);
        Assert.Equal(DispatchStatus.Failed, Decide(AttemptKind.Failed, attempts, settings).Status);
    }

    [Fact]
    public void At_most_once_never_has_a_second_attempt()
    {
        foreach (var kind in Enum.GetValues<AttemptKind>()) Assert.False(Decide(kind, 1, isAtMostOnce: true, retryLimit: 10).IsRetry);
    }

    [Fact]
    public void A_dispatch_of_its_own_limit_and_delay_goes_by_those()
    {
        Assert.True(Decide(AttemptKind.Failed, 6, retryLimit: 6).IsRetry);
        Assert.False(Decide(AttemptKind.Failed, 1, retryLimit: 0).IsRetry);
        Assert.Equal(42_000, Decide(AttemptKind.Failed, 1, retryDelay: TimeSpan.FromSeconds(42)).Wait);
        Assert.Equal(0, Decide(AttemptKind.Failed, 1, retryDelay: TimeSpan.Zero).Wait);
    }

    [Theory]
    [InlineData(0.5, 1000)]
    [InlineData(30, 30_000)]
    [InlineData(3600, 3_600_000)]
    [InlineData(90_000, 3_600_000)]
    public void Retry_After_is_a_floor_of_at_most_an_hour(double seconds, long wait) =>
        Assert.Equal(wait, Decide(AttemptKind.Failed, 1, retryAfter: TimeSpan.FromSeconds(seconds)).Wait);

    [Fact]
    public void Retry_After_does_not_shorten_a_longer_backoff()
    {
        var settings = new RetrySettings { Limit = 1, Schedule = null, Constant = TimeSpan.FromHours(5) };
        Assert.Equal(TimeSpan.FromHours(5).TotalMilliseconds, Decide(AttemptKind.Failed, 1, settings, retryAfter: TimeSpan.FromHours(2)).Wait);
    }

    [Fact]
    public void Exponential_waits_without_jitter_grow_by_the_factor_up_to_the_most()
    {
        var settings = Exponential(Jitter.None);
        Assert.Equal([100, 300, 900, 1000, 1000], Enumerable.Range(1, 5).Select(retry => RetryPolicy.Wait(settings, retry, 0, new Random(1))));
        Assert.Equal(1000, RetryPolicy.Wait(settings, 100_000, 0, new Random(1)));
    }

    [Fact]
    public void Full_jitter_lies_between_zero_and_the_grown_wait_and_fills_that_range()
    {
        for (var retry = 1; retry <= 5; retry++)
        {
            var most = RetryPolicy.Wait(Exponential(Jitter.None), retry, 0, new Random(1));
            var waits = Enumerable.Range(0, 2000).Select(seed => RetryPolicy.Wait(Exponential(Jitter.Full), retry, 0, new Random(seed))).ToList();
            Assert.All(waits, wait => Assert.InRange(wait, 0, most));
            Assert.InRange(waits.Min(), 0, most / 10);
            Assert.InRange(waits.Max(), most * 9 / 10, most);
        }
    }

    [Fact]
    public void Decorrelated_jitter_lies_between_the_initial_wait_and_the_factor_times_the_last()
    {
        foreach (var last in new long[] { 0, 100, 200, 300, 1000 })
        {
            var most = Math.Min(1000, Math.Max(last, 100) * 3);
            var waits = Enumerable.Range(0, 2000).Select(seed => RetryPolicy.Wait(Exponential(Jitter.Decorrelated), 2, last, new Random(seed))).ToList();
            Assert.All(waits, wait => Assert.InRange(wait, 100, most));
            Assert.InRange(waits.Min(), 100, 100 + (most / 10));
            Assert.InRange(waits.Max(), most * 9 / 10, most);
        }
    }

    [Fact]
    public void No_wait_is_longer_than_the_longest_wait()
    {
        RetrySettings[] all =
        [
            s_schedule, new() { Schedule = [TimeSpan.FromDays(2), TimeSpan.FromSeconds(1)] }, new() { Schedule = null, Constant = TimeSpan.FromHours(9) },
            Exponential(Jitter.Full), Exponential(Jitter.Decorrelated) with { Exponential = new ExponentialBackoff(TimeSpan.FromHours(1), TimeSpan.FromDays(3), 9, Jitter.Decorrelated) },
        ];
        foreach (var settings in all)
        {
            var longest = RetryPolicy.LongestWait(settings, null, TimeSpan.Zero).TotalMilliseconds;
            for (var retry = 1; retry < 20; retry++) Assert.InRange(RetryPolicy.Wait(settings, retry, long.MaxValue / 16, new Random(retry)), 0, longest);
        }

        Assert.Equal(TimeSpan.FromHours(1), RetryPolicy.LongestWait(s_schedule, null, TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromHours(2), RetryPolicy.LongestWait(s_schedule, TimeSpan.FromHours(2), TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromHours(3), RetryPolicy.LongestWait(s_schedule, TimeSpan.FromHours(2), TimeSpan.FromHours(3)));
    }

    private static RetrySettings Exponential(Jitter jitter) => new()
    {
        Limit = 100, Schedule = null, Exponential = new ExponentialBackoff(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(1000), 3, jitter),
    };

    private static Verdict Decide(
        AttemptKind kind, int attempts, RetrySettings? settings = null, bool isAtMostOnce = false, int? retryLimit = null, TimeSpan? retryDelay = null, TimeSpan? retryAfter = null) =>
        RetryPolicy.Decide(new AttemptOutcome(kind, RetryAfter: retryAfter), attempts, isAtMostOnce, settings ?? s_schedule, retryLimit, retryDelay, 0, new Random(1));
}
