namespace EventHub.Routing;

/// <summary>How often and when a failed dispatch is attempted again. Just one of the three ways is set; the default is the schedule 5, 30, 300 s.</summary>
public sealed record RetrySettings
{
    /// <summary>Retries after the first attempt: 0 to 100. Default 3.</summary>
    public int Limit { get; init; } = 3;

    /// <summary>Waits before the first, second … retry; the last value repeats. Each 0 to 30 days.</summary>
    public IReadOnlyList<TimeSpan>? Schedule { get; init; } = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(300)];

    /// <summary>The same wait before every retry: 0 to 30 days.</summary>
    public TimeSpan? Constant { get; init; }

    /// <summary>Waits that grow.</summary>
    public ExponentialBackoff? Exponential { get; init; }
}
