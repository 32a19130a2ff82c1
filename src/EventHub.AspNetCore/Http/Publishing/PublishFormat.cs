namespace EventHub.AspNetCore.Http.Publishing;

/// <summary>In which form a publish came.</summary>
internal enum PublishFormat
{
    /// <summary>None that is known: 415.</summary>
    Unsupported,

    /// <summary>The hub's own JSON: one event.</summary>
    Json,

    /// <summary>The hub's own JSON: an array.</summary>
    JsonBatch,

    /// <summary>The hub's own JSON: an event per line.</summary>
    NdJsonBatch,

    /// <summary>A CloudEvent in structured mode.</summary>
    CloudEvent,

    /// <summary>A CloudEvent in binary mode: attributes in headers, the body is the data.</summary>
    CloudEventBinary,

    /// <summary>CloudEvents in batched mode.</summary>
    CloudEventBatch,
}
