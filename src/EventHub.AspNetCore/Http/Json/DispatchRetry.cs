namespace EventHub.AspNetCore.Http.Json;

/// <summary>How a dispatch is to be delivered again; what is <c>null</c> is as the subscription says.</summary>
/// <param name="Delay">Before the first attempt.</param>
/// <param name="MaxRetries">Attempts after the first.</param>
/// <param name="RetryDelay">Between attempts.</param>
internal sealed record DispatchRetry(TimeSpan? Delay, int? MaxRetries, TimeSpan? RetryDelay);
