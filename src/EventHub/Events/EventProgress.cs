namespace EventHub.Events;

/// <summary>The derived fields of an event (CONTRACT section 2).</summary>
/// <param name="Status">Where it stands.</param>
/// <param name="RetryCount">Attempts beyond the first, summed over its dispatches.</param>
/// <param name="Error">What went wrong last, of the dispatch that failed.</param>
/// <param name="ProcessedAt">When the first dispatch ended.</param>
/// <param name="CompletedAt">When the last one ended; set when none is ongoing.</param>
public sealed record EventProgress(EventStatus Status, int RetryCount, string? Error, DateTimeOffset? ProcessedAt, DateTimeOffset? CompletedAt)
{
    /// <summary>What an event that was only just appended shows.</summary>
    public static EventProgress Pending { get; } = new(EventStatus.Pending, 0, null, null, null);
}
