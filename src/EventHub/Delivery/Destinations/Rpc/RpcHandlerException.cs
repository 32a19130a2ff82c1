namespace EventHub.Delivery.Destinations.Rpc;

/// <summary>A client's handler failed; the message is what the client said.</summary>
public sealed class RpcHandlerException : Exception
{
    /// <summary>Makes it.</summary>
    public RpcHandlerException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
