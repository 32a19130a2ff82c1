namespace EventHub.Routing;

/// <summary>A client that is connected to the hub and said that it serves this name; where several do, they share the work.</summary>
/// <param name="Name">The name; compared ordinally.</param>
public sealed record RpcDestination(string Name) : Destination
{
    /// <summary>
    /// A client has served the name, so that one which is not there now can be waited for. Kept with the subscription: it outlives the process that
    /// saw the client. Set by <see cref="SubscriptionService"/>.
    /// </summary>
    public bool IsServed { get; init; }
}
