namespace EventHub.Diagnostics;

/// <summary>How an attempt counts in <c>eventhub_messages_delivered_total</c>.</summary>
public enum DeliveryMetricStatus
{
    /// <summary>Delivered (<c>success</c>).</summary>
    Success,

    /// <summary>The destination answered, and not well (<c>http_error</c>).</summary>
    HttpError,

    /// <summary>There was no whole answer (<c>network_error</c>).</summary>
    NetworkError,
}
