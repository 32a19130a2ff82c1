namespace EventHub.Client.Consumers;

/// <summary>A cursor the hub keeps for a client that fetches its events in order.</summary>
public sealed record Consumer
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Patterns over types.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>Where it began: <c>now</c>, <c>beginning</c>, a sequence or a time.</summary>
    public string? Start { get; init; }

    /// <summary>Every event up to it is acknowledged, or not the consumer's.</summary>
    public long Cursor { get; init; }

    /// <summary>The newest event's sequence.</summary>
    public long Head { get; init; }

    /// <summary>Events of the log after the cursor, the consumer's or not.</summary>
    public long Lag { get; init; }

    /// <summary>The instance that has it.</summary>
    public string? HeldBy { get; init; }

    /// <summary>Until when, unless it goes on asking.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
