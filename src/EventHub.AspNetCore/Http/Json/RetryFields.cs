using EventHub.Routing;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>Reads the object <c>retry</c>: a limit, and one of three ways to wait. Giving a way replaces the one there was.</summary>
internal static class RetryFields
{
    private const double DefaultFactor = 2;
    private static readonly KnownFields s_fields = new("limit", "schedule_seconds", "constant_seconds", "exponential");
    private static readonly KnownFields s_exponentialFields = new("initial_seconds", "max_seconds", "factor", "jitter");

    /// <summary>Reads it on top of what there was.</summary>
    public static RetrySettings Read(in StrictObjectReader reader, RetrySettings current, RetrySettings defaults)
    {
        if (!reader.TryObject(s_fields, out var fields)) return defaults;
        var limit = current.Limit;
        IReadOnlyList<TimeSpan>? schedule = null;
        TimeSpan? constant = null;
        ExponentialBackoff? exponential = null;
        var given = 0;
        var isReset = false;
        while (fields.Next(out var field))
        {
            if (field == "limit")
            {
                limit = fields.Whole() ?? defaults.Limit;
                continue;
            }

            if (!fields.IsNull) given++;
            else isReset |= IsWay(current, field);
            if (field == "schedule_seconds") schedule = fields.SecondsArray();
            else if (field == "constant_seconds") constant = fields.Seconds();
            else exponential = Exponential(in fields, current.Exponential);
        }

        if (given > 1) reader.Refuse("must have just one of schedule_seconds, constant_seconds and exponential");
        if (given > 0) return new RetrySettings { Limit = limit, Schedule = schedule, Constant = constant, Exponential = exponential };
        return (isReset ? defaults : current) with { Limit = limit };
    }

    private static bool IsWay(RetrySettings retry, string field) => field switch
    {
        "schedule_seconds" => retry.Schedule is not null,
        "constant_seconds" => retry.Constant is not null,
        _ => retry.Exponential is not null,
    };

    private static ExponentialBackoff? Exponential(in StrictObjectReader reader, ExponentialBackoff? current)
    {
        if (!reader.TryObject(s_exponentialFields, out var fields)) return null;
        var backoff = current ?? new ExponentialBackoff(TimeSpan.Zero, TimeSpan.Zero, DefaultFactor, Jitter.None);
        while (fields.Next(out var field))
        {
            backoff = field switch
            {
                "initial_seconds" => backoff with { Initial = Required(in fields, fields.Seconds()) },
                "max_seconds" => backoff with { Max = Required(in fields, fields.Seconds()) },
                "factor" => backoff with { Factor = fields.Number(double.MinValue, double.MaxValue) ?? DefaultFactor },
                _ => backoff with { Jitter = SubscriptionWords.Jitters.Read(in fields) ?? Jitter.None },
            };
        }

        if (current is not null) return backoff;
        fields.Require("initial_seconds");
        fields.Require("max_seconds");
        return backoff;
    }

    private static TimeSpan Required(in StrictObjectReader reader, TimeSpan? value)
    {
        if (reader.IsNull) reader.Refuse("must not be null");
        return value ?? TimeSpan.Zero;
    }
}
