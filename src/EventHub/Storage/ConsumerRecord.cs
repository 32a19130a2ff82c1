namespace EventHub.Storage;

/// <summary>A consumer as it stands.</summary>
public sealed record ConsumerRecord
{
    /// <summary>Its name; unique, compared by ordinal.</summary>
    public required string Name { get; init; }

    /// <summary>Patterns over event types; an event matching any of them is the consumer's.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>Where it began, as its creator wrote it.</summary>
    public required string Start { get; init; }

    /// <summary>Every event up to this sequence is acknowledged, or not the consumer's.</summary>
    public required long Cursor { get; init; }

    /// <summary>The client that has it now; <c>null</c> when none has (a lease that expired is nobody's).</summary>
    public string? Holder { get; init; }

    /// <summary>Until when the holder has it.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last; moving the cursor is no change.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}
