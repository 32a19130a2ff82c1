namespace EventHub.Postgres.Writing;

/// <summary>The log as far as the observer was told of it. Readers of the log go no further, so that they never see events before the changes of subscriptions before them.</summary>
/// <param name="Head">Sequence of the newest event.</param>
/// <param name="Trimmed">Everything up to this sequence was removed.</param>
/// <param name="Change">Number of the newest change of a subscription, or request to deliver again.</param>
internal sealed record LogView(long Head, long Trimmed, long Change);
