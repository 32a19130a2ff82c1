using EventHub.Events;

namespace EventHub.Storage;

/// <summary>The events of one publish request: appended all or none.</summary>
public sealed class AppendRequest
{
    /// <summary>In publish order, at least one; their <see cref="Event.Sequence"/> is 0.</summary>
    public required IReadOnlyList<Event> Events { get; init; }

    /// <summary>Key that covers the request as a whole; a repeat gets the original answers.</summary>
    public IdempotencyKey? RequestKey { get; init; }

    /// <summary>Keys of the single events, by index; <c>null</c> when none has one. A key may stand twice in one request.</summary>
    public IReadOnlyList<IdempotencyKey?>? EventKeys { get; init; }

    /// <summary>The time keys are judged by: one with <see cref="IdempotencyKey.ExpiresAt"/> at or before it is as if never used.</summary>
    public required DateTimeOffset Now { get; init; }
}
