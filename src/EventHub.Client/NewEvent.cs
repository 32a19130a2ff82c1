namespace EventHub.Client;

/// <summary>An event to publish.</summary>
public sealed record NewEvent
{
    /// <summary>Dot-separated segments, such as <c>user.created</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Any JSON value; reaches every consumer byte for byte.</summary>
    public required JsonPayload Payload { get; init; }

    /// <summary>The hub's default is <c>v1</c>.</summary>
    public string? Version { get; init; }

    /// <summary>Who publishes. The hub's default is <c>api</c>.</summary>
    public string? Source { get; init; }

    /// <summary>What it is about.</summary>
    public string? Subject { get; init; }

    /// <summary>A JSON object beside the payload.</summary>
    public JsonPayload? Metadata { get; init; }

    /// <summary>Free text.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>Free text.</summary>
    public string? UserId { get; init; }

    /// <summary>Free text.</summary>
    public string? SessionId { get; init; }

    /// <summary>Default: the first segment of a type with three.</summary>
    public string? Schema { get; init; }

    /// <summary>Default: the second segment of a type with three.</summary>
    public string? Entity { get; init; }

    /// <summary>Default: the third segment of a type with three.</summary>
    public string? Operation { get; init; }

    /// <summary>
    /// Published again with the same key, also by another process or after a crash, it is stored once (the hub keeps keys for 24 h by default).
    /// Default: one of the client's own, which covers the client's repeats.
    /// </summary>
    public string? IdempotencyKey { get; init; }
}
