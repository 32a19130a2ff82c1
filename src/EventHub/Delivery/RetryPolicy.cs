using EventHub.Delivery.Destinations;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Delivery;

/// <summary>Decides what follows an attempt, and computes every backoff. Pure but for the randomness handed in.</summary>
internal static class RetryPolicy
{
    /// <summary>The longest a destination's Retry-After is heeded.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(1);

    /// <summary>The verdict on an attempt's outcome.</summary>
    /// <param name="outcome">How the attempt ended.</param>
    /// <param name="attempts">Attempts made, this one included.</param>
    /// <param name="isAtMostOnce">Never a second attempt.</param>
    /// <param name="settings">The subscription's retries.</param>
    /// <param name="retryLimit">In place of the settings' limit, for this dispatch alone.</param>
    /// <param name="retryDelay">In place of the settings' waits, for this dispatch alone.</param>
    /// <param name="lastWait">The wait before this attempt in milliseconds, 0 when it was the first (decorrelated jitter grows from it).</param>
    /// <param name="random">Randomness of the jitters.</param>
    public static Verdict Decide(
        AttemptOutcome outcome, int attempts, bool isAtMostOnce, RetrySettings settings, int? retryLimit, TimeSpan? retryDelay, long lastWait, Random random)
    {
        switch (outcome.Kind)
        {
            case AttemptKind.Complete: return Verdict.End(DispatchStatus.Complete);
            case AttemptKind.Ignored: return Verdict.End(DispatchStatus.Ignored);
            case AttemptKind.Misconfigured: return Verdict.End(DispatchStatus.Misconfigured);
            case AttemptKind.Rejected or AttemptKind.Gone: return Verdict.End(DispatchStatus.Failed);
        }

        if (isAtMostOnce || attempts > (retryLimit ?? settings.Limit)) return Verdict.End(DispatchStatus.Failed);
        var wait = retryDelay is { } delay ? Milliseconds(delay) : Wait(settings, attempts, lastWait, random);
        if (outcome.RetryAfter is { } floor) wait = Math.Max(wait, Milliseconds(floor < MaxRetryAfter ? floor : MaxRetryAfter));
        return Verdict.Retry(wait);
    }

    /// <summary>The backoff before retry number <paramref name="retry"/> (from 1), in milliseconds.</summary>
    public static long Wait(RetrySettings settings, int retry, long lastWait, Random random)
    {
        if (settings.Exponential is { } exponential) return Exponential(exponential, retry, lastWait, random);
        if (settings.Constant is { } constant) return Milliseconds(constant);
        return settings.Schedule is { Count: > 0 } schedule ? Milliseconds(schedule[Math.Min(retry, schedule.Count) - 1]) : 0;
    }

    /// <summary>No wait before an attempt is longer.</summary>
    public static TimeSpan LongestWait(RetrySettings settings, TimeSpan? retryDelay, TimeSpan delay)
    {
        var backoff = settings.Exponential?.Max ?? settings.Constant ?? settings.Schedule?.DefaultIfEmpty().Max() ?? TimeSpan.Zero;
        return new[] { backoff, retryDelay ?? TimeSpan.Zero, delay, MaxRetryAfter }.Max();
    }

    /// <summary>
    /// When an exception is due, wall clock to monotonic milliseconds; never further away than the longest wait there can have been, however far the wall
    /// clock was set back since.
    /// </summary>
    public static long DueAt(ExceptionRecord exception, DeliverySettings delivery, long now, DateTimeOffset wallNow)
    {
        if (exception.DueAt <= wallNow) return 0;
        var longest = exception.State == ExceptionState.Requeued && exception.CreatedAt is { } asked
            ? exception.DueAt - asked
            : LongestWait(delivery.Retry, exception.RetryDelay, delivery.Delay);
        return now + (long)Math.Min((exception.DueAt - wallNow).TotalMilliseconds, longest.TotalMilliseconds);
    }

    private static long Exponential(ExponentialBackoff backoff, int retry, long lastWait, Random random)
    {
        var initial = backoff.Initial.TotalMilliseconds;
        var max = backoff.Max.TotalMilliseconds;
        var grown = Math.Min(max, initial * Math.Pow(backoff.Factor, retry - 1));
        var wait = backoff.Jitter switch
        {
            Jitter.None => grown,
            Jitter.Full => random.NextDouble() * grown,
            Jitter.Decorrelated => Math.Min(max, initial + (random.NextDouble() * Math.Max(0, (Math.Max(lastWait, initial) * backoff.Factor) - initial))),
            _ => throw new ArgumentOutOfRangeException(nameof(backoff)),
        };
        return (long)wait;
    }

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
