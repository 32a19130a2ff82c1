namespace EventHub.Publishing;

/// <summary>What became of a publish.</summary>
public enum PublishStatus
{
    /// <summary>Durable (in a batch, single events may be duplicates).</summary>
    Accepted,

    /// <summary>The key was used before for the same content: the original answer; nothing was stored.</summary>
    Duplicate,

    /// <summary>The key was used before for other content; nothing was stored.</summary>
    Conflict,

    /// <summary>See <see cref="PublishResult.Errors"/>; nothing was stored.</summary>
    Invalid,

    /// <summary>Too much is waiting for the store; nothing was stored. Try again after <see cref="PublishResult.RetryAfter"/>.</summary>
    QueueFull,

    /// <summary>The hub is stopping, or its store does not take writes; nothing was stored, unless <see cref="PublishResult.Error"/> says it is not known.</summary>
    Unavailable,
}
