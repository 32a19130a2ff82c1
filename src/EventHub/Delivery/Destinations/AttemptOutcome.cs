namespace EventHub.Delivery.Destinations;

/// <summary>The outcome of one attempt.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="HttpStatus">HTTP status, when there was an answer.</param>
/// <param name="ResponseBody">Beginning of the answer, at most 1000 characters; <c>null</c> when empty.</param>
/// <param name="Error">What went wrong, for people; <c>null</c> when nothing did.</param>
/// <param name="RetryAfter">The destination asked for at least this wait.</param>
public sealed record AttemptOutcome(
    AttemptKind Kind, int? HttpStatus = null, string? ResponseBody = null, string? Error = null, TimeSpan? RetryAfter = null)
{
    /// <summary>Longest <see cref="ResponseBody"/>, in characters.</summary>
    public const int MaxResponseBody = 1000;
}
