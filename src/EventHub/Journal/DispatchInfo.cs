using EventHub.Storage;

namespace EventHub.Journal;

/// <summary>A dispatch as shown to people.</summary>
public sealed record DispatchInfo
{
    /// <summary>The dispatch id (see <see cref="DispatchId"/>).</summary>
    public required string Id { get; init; }

    /// <summary>Its event.</summary>
    public required Guid EventId { get; init; }

    /// <summary>The event's sequence.</summary>
    public required long Sequence { get; init; }

    /// <summary>The subscription's id.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>The subscription's name.</summary>
    public required string Subscription { get; init; }

    /// <summary>Where it stands.</summary>
    public required DispatchStatus Status { get; init; }

    /// <summary>Attempts made, or begun by this process.</summary>
    public required int AttemptCount { get; init; }

    /// <summary>When it came to be.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is attempted next; <c>null</c> when it ended, is in flight, or waits its turn.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? ResultedAt { get; init; }

    /// <summary>What went wrong last.</summary>
    public string? LastError { get; init; }

    /// <summary>For an ongoing one, what it waits for: <c>waiting</c>, <c>in_flight</c>, <c>retrying</c>, <c>parked</c>, <c>requeued</c>.</summary>
    public string? State { get; init; }
}
