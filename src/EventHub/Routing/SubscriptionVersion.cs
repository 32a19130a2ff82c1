namespace EventHub.Routing;

/// <summary>A subscription as it stood for a range of the log.</summary>
/// <param name="Key">The store's number for the subscription: from 1, never used again.</param>
/// <param name="Version">From 1; each change adds one.</param>
/// <param name="EffectiveAfter">In effect for events after this sequence, up to and including that of the next version.</param>
/// <param name="IsDeleted">From here on there is no subscription; <paramref name="Subscription"/> is how it stood last.</param>
/// <param name="Subscription">The subscription.</param>
public sealed record SubscriptionVersion(int Key, int Version, long EffectiveAfter, bool IsDeleted, Subscription Subscription);
