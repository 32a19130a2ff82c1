namespace EventHub.Client.Publishing;

/// <summary>The hub's answer to a batch.</summary>
/// <param name="Events">In the order of the batch.</param>
internal sealed record BatchAnswer(IReadOnlyList<BatchPlace> Events);
