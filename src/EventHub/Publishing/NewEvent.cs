namespace EventHub.Publishing;

/// <summary>An event to publish. What is <c>null</c> takes its default.</summary>
public sealed record NewEvent
{
    /// <summary>See <see cref="Events.EventType"/>.</summary>
    public required string Type { get; init; }

    /// <summary>One JSON value as UTF-8; goes to every consumer byte for byte. The publisher keeps the memory: do not change it.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Default <c>v1</c>; at most 64 characters.</summary>
    public string? Version { get; init; }

    /// <summary>Default <c>api</c>; at most 512 characters.</summary>
    public string? Source { get; init; }

    /// <summary>At most 512 characters.</summary>
    public string? Subject { get; init; }

    /// <summary>A JSON object as UTF-8; empty for none.</summary>
    public ReadOnlyMemory<byte> Metadata { get; init; }

    /// <summary>At most 255 characters.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>At most 255 characters.</summary>
    public string? UserId { get; init; }

    /// <summary>At most 255 characters.</summary>
    public string? SessionId { get; init; }

    /// <summary>At most 255 characters; see <see cref="Events.Event.Schema"/>.</summary>
    public string? Schema { get; init; }

    /// <summary>At most 255 characters.</summary>
    public string? Entity { get; init; }

    /// <summary>At most 255 characters.</summary>
    public string? Operation { get; init; }

    /// <summary>A second publish with this key and the same content is answered with the first; 1 to 255 characters.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>W3C <c>traceparent</c> of the publish.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The caller has checked that payload and metadata are JSON in UTF-8, so the publisher need not again. Default false.</summary>
    public bool IsTrustedJson { get; init; }

    /// <summary>Set when it came as a CloudEvent.</summary>
    public Events.CloudEventAttributes? CloudEvent { get; init; }
}
