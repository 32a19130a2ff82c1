namespace EventHub.Client.Http;

/// <summary>How long to wait before trying again.</summary>
internal static class RetryDelay
{
    /// <summary>The wait before a repeat: doubling from the first, capped, between half and all of it so that clients do not come back together.</summary>
    /// <param name="options">First and longest wait.</param>
    /// <param name="repeat">From 0.</param>
    /// <param name="asked">What the hub asked for: never less than that.</param>
    public static TimeSpan Of(EventHubClientOptions options, int repeat, TimeSpan? asked)
    {
        var doubled = options.FirstRetryDelay.TotalMilliseconds * Math.Pow(2, Math.Min(repeat, 30));
        var delay = TimeSpan.FromMilliseconds(Math.Min(doubled, options.MaxRetryDelay.TotalMilliseconds) * (0.5 + (Random.Shared.NextDouble() / 2)));
        return asked > TimeSpan.Zero ? asked.Value + delay : delay;
    }
}
