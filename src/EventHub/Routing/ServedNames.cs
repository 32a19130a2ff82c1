using System.Collections.Concurrent;

namespace EventHub.Routing;

/// <summary>
/// The names RPC clients have served. Those a subscription delivers to are kept with the subscription, for ever; the others as long as this process
/// lives, so that a subscription made later knows of them.
/// </summary>
internal sealed class ServedNames(SubscriptionRegistry registry)
{
    // Clients choose names: one that makes them up shall not fill the memory. Past it a name is known while a subscription has it.
    private const int MaxRemembered = 10_000;

    private readonly ConcurrentDictionary<string, bool> _seen = new(StringComparer.Ordinal);

    /// <summary>Takes note that a client serves the name.</summary>
    public void Add(string name)
    {
        if (_seen.Count < MaxRemembered) _seen.TryAdd(name, true);
    }

    /// <summary>The subscription, its destination marked when that has been served.</summary>
    public Subscription Mark(Subscription subscription) =>
        subscription.Destination is RpcDestination { IsServed: false } rpc && Contains(rpc.Name) ? subscription with { Destination = rpc with { IsServed = true } } : subscription;

    private bool Contains(string name) =>
        _seen.ContainsKey(name) || registry.Histories.Values.Any(h => h.Current.Subscription.Destination is RpcDestination { IsServed: true } rpc && rpc.Name == name);
}
