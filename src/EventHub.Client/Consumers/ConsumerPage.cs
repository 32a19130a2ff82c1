namespace EventHub.Client.Consumers;

/// <summary>Events after a consumer's cursor.</summary>
/// <param name="Events">In order; empty when none came in time.</param>
/// <param name="Cursor">Where the consumer stands.</param>
/// <param name="Head">The newest event's sequence.</param>
/// <param name="Lag">Events of the log after the cursor, the consumer's or not.</param>
/// <param name="Reset"><c>trimmed</c> when events after the cursor were removed by retention before they were read.</param>
public sealed record ConsumerPage(IReadOnlyList<HubEvent> Events, long Cursor, long Head, long Lag, string? Reset);
