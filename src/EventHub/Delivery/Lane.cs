namespace EventHub.Delivery;

/// <summary>The dispatches of one ordering key, in order. Only the first may be attempted; it leaves when its result is committed.</summary>
internal sealed class Lane
{
    public Queue<Dispatch> Queue { get; } = new();

    public Dispatch Head => Queue.Peek();

    /// <summary>The head failed, or is slow: who comes behind it is parked.</summary>
    public bool IsBlocked { get; set; }
}
