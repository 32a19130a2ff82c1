using System.Globalization;
using EventHub.Publishing;

namespace EventHub.Routing;

/// <summary>The rules of <see cref="DeliverySettings"/>, as part of <see cref="SubscriptionValidator"/>.</summary>
internal static class DeliveryRules
{
    private const int MaxRetries = 100;
    private const int MaxScheduleLength = 100;
    private const int MaxRateLimit = 1_000_000;
    private const double MaxFactor = 100;
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_longestTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(30);
    private static readonly TimeSpan s_longestPeriod = TimeSpan.FromDays(1);

    public static void Check(DeliverySettings delivery, List<FieldError> errors)
    {
        if (!Enum.IsDefined(delivery.Guarantee)) errors.Add(new FieldError("delivery.guarantee", $"{(int)delivery.Guarantee} is not a guarantee"));
        if (delivery.OrderingKey is { } key && OrderingKeyRules.Validate(key) is { } problem) errors.Add(new FieldError("delivery.ordering_key", problem));
        CheckSeconds("delivery.delay_seconds", delivery.Delay, TimeSpan.Zero, s_longestWait, errors);
        if (delivery.Delay.Ticks % TimeSpan.TicksPerMillisecond != 0)
            errors.Add(new FieldError("delivery.delay_seconds", $"must be in whole milliseconds, not {Seconds(delivery.Delay)}"));
        if (delivery.Timeout < s_shortest || delivery.Timeout > s_longestTimeout)
        {
            errors.Add(new FieldError(
                "delivery.timeout_ms", string.Create(CultureInfo.InvariantCulture, $"must be from 1 to {s_longestTimeout.TotalMilliseconds} ms, not {delivery.Timeout.TotalMilliseconds}")));
        }

        CheckWhole("delivery.concurrency", delivery.Concurrency, 1, DeliverySettings.MaxConcurrency, errors);
        CheckWhole("delivery.partitions", delivery.Partitions, 1, DeliverySettings.MaxPartitions, errors);
        if (delivery.Partitions > delivery.Concurrency && delivery.Partitions <= DeliverySettings.MaxPartitions && delivery.Concurrency > 0)
        {
            errors.Add(new FieldError(
                "delivery.partitions", $"must not be more than delivery.concurrency, of which each partition needs one: {delivery.Partitions} is more than {delivery.Concurrency}"));
        }

        if (delivery.RateLimit is { } rate)
        {
            CheckWhole("delivery.rate_limit.limit", rate.Limit, 1, MaxRateLimit, errors);
            CheckSeconds("delivery.rate_limit.period_seconds", rate.Period, s_shortest, s_longestPeriod, errors);
        }

        CheckRetry(delivery.Retry, errors);
    }

    private static void CheckRetry(RetrySettings retry, List<FieldError> errors)
    {
        CheckWhole("delivery.retry.limit", retry.Limit, 0, MaxRetries, errors);
        var ways = (retry.Schedule is null ? 0 : 1) + (retry.Constant is null ? 0 : 1) + (retry.Exponential is null ? 0 : 1);
        if (ways != 1) errors.Add(new FieldError("delivery.retry", "must have just one of schedule_seconds, constant_seconds and exponential"));
        if (retry.Schedule is { } schedule) CheckSchedule(schedule, errors);
        if (retry.Constant is { } constant) CheckSeconds("delivery.retry.constant_seconds", constant, TimeSpan.Zero, s_longestWait, errors);
        if (retry.Exponential is { } exponential) CheckExponential(exponential, errors);
    }

    private static void CheckSchedule(IReadOnlyList<TimeSpan> schedule, List<FieldError> errors)
    {
        const string Field = "delivery.retry.schedule_seconds";
        if (schedule.Count is 0 or > MaxScheduleLength)
        {
            errors.Add(new FieldError(Field, $"must have 1 to {MaxScheduleLength} waits, not {schedule.Count}; the last one repeats"));
            return;
        }

        for (var i = 0; i < schedule.Count; i++) CheckSeconds($"{Field}[{i}]", schedule[i], TimeSpan.Zero, s_longestWait, errors);
    }

    private static void CheckExponential(ExponentialBackoff backoff, List<FieldError> errors)
    {
        const string Field = "delivery.retry.exponential";
        CheckSeconds($"{Field}.initial_seconds", backoff.Initial, s_shortest, s_longestWait, errors);
        CheckSeconds($"{Field}.max_seconds", backoff.Max, s_shortest, s_longestWait, errors);
        if (backoff.Max < backoff.Initial)
            errors.Add(new FieldError($"{Field}.max_seconds", $"must not be less than initial_seconds ({Seconds(backoff.Initial)}), as {Seconds(backoff.Max)} is"));
        // Written so that NaN fails too.
        if (!(backoff.Factor >= 1 && backoff.Factor <= MaxFactor))
            errors.Add(new FieldError($"{Field}.factor", string.Create(CultureInfo.InvariantCulture, $"must be from 1 to {MaxFactor}, not {backoff.Factor}")));
        if (!Enum.IsDefined(backoff.Jitter)) errors.Add(new FieldError($"{Field}.jitter", $"{(int)backoff.Jitter} is not a kind of jitter"));
    }

    private static void CheckWhole(string field, int value, int min, int max, List<FieldError> errors)
    {
        if (value < min || value > max) errors.Add(new FieldError(field, string.Create(CultureInfo.InvariantCulture, $"must be from {min} to {max}, not {value}")));
    }

    private static void CheckSeconds(string field, TimeSpan value, TimeSpan min, TimeSpan max, List<FieldError> errors)
    {
        if (value < min || value > max) errors.Add(new FieldError(field, $"must be from {Seconds(min)} to {Seconds(max)} seconds, not {Seconds(value)}"));
    }

    private static string Seconds(TimeSpan value) => ((decimal)value.Ticks / TimeSpan.TicksPerSecond).ToString(CultureInfo.InvariantCulture);
}
