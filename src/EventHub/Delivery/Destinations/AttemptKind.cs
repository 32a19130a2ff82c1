namespace EventHub.Delivery.Destinations;

/// <summary>How an attempt ended.</summary>
public enum AttemptKind
{
    /// <summary>Delivered.</summary>
    Complete,

    /// <summary>Delivered; the destination had no use for it.</summary>
    Ignored,

    /// <summary>The destination answered that it failed (HTTP 408, 429, 5xx; a handler that threw); retried.</summary>
    Failed,

    /// <summary>No answer: name not resolved, refused, reset; retried.</summary>
    NetworkError,

    /// <summary>No whole answer in time; retried.</summary>
    Timeout,

    /// <summary>Refused for good (any other HTTP 4xx, a 3xx): dead letter at once.</summary>
    Rejected,

    /// <summary>The destination is gone for good (HTTP 410): dead letter at once, the subscription is deactivated.</summary>
    Gone,

    /// <summary>The destination cannot exist as configured: dead letter at once.</summary>
    Misconfigured,
}
