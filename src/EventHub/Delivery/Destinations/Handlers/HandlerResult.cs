namespace EventHub.Delivery.Destinations.Handlers;

/// <summary>How a handler ended well.</summary>
public enum HandlerResult
{
    /// <summary>It did its work.</summary>
    Complete,

    /// <summary>It had no use for the event.</summary>
    Ignored,
}
