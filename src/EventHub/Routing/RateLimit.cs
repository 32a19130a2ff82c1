namespace EventHub.Routing;

/// <summary>At most <paramref name="Limit"/> attempts in any <paramref name="Period"/> on average, in bursts up to <paramref name="Limit"/> (a token bucket).</summary>
/// <param name="Limit">From 1 to 1,000,000.</param>
/// <param name="Period">1 ms to 1 day.</param>
public sealed record RateLimit(int Limit, TimeSpan Period);
