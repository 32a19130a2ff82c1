namespace EventHub.Storage;

/// <summary>What is stored for one subscription.</summary>
/// <param name="SubscriptionKey">Which subscription.</param>
/// <param name="Floor">Floor of its main track.</param>
/// <param name="Exceptions">Exceptions held.</param>
/// <param name="DeadLetters">Dead letters.</param>
public sealed record SubscriptionCounts(int SubscriptionKey, long Floor, long Exceptions, long DeadLetters);
