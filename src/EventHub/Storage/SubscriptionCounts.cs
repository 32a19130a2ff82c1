namespace EventHub.Storage;

/// <summary>What is stored for one subscription.</summary>
/// <param name="SubscriptionKey">Which subscription.</param>
/// <param name="Floor">Lowest floor of its main tracks (one per partition).</param>
/// <param name="Exceptions">Exceptions held.</param>
/// <param name="DeadLetters">Dead letters.</param>
/// <param name="LowestFloor">Lowest floor of all its tracks, replays included.</param>
public sealed record SubscriptionCounts(int SubscriptionKey, long Floor, long Exceptions, long DeadLetters, long LowestFloor);
