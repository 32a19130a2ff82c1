using EventHub.Events;
using EventHub.Storage;

namespace EventHub.Delivery;

/// <summary>One dispatch while the window knows it. Changed only by the window, and by the runner where it says so.</summary>
internal sealed class Dispatch
{
    public required long Sequence { get; init; }

    public required int Generation { get; init; }

    /// <summary>The ordering key's value; <c>null</c> when unordered.</summary>
    public required string? Lane { get; init; }

    public required bool IsAtMostOnce { get; init; }

    public DispatchStage Stage { get; set; } = DispatchStage.Waiting;

    /// <summary>Attempts made.</summary>
    public int Attempts { get; set; }

    /// <summary>Not attempted before; milliseconds of the monotonic clock.</summary>
    public long DueAt { get; set; }

    /// <summary>The wait before the coming attempt, in milliseconds.</summary>
    public long LastWait { get; set; }

    /// <summary>When the attempt under way began; milliseconds of the monotonic clock.</summary>
    public long StartedAt { get; set; }

    /// <summary>The store holds it as an exception, or will with the commit under way: the floor may pass it.</summary>
    public bool IsPersisted { get; set; }

    /// <summary>It changed since it was persisted last.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Hard retention ended it. It is no dead letter, which would keep the event that is to go.</summary>
    public bool IsExpired { get; set; }

    /// <summary>It waits behind another dispatch of its lane.</summary>
    public bool IsParked { get; set; }

    /// <summary>When it came to be, if that is not the event's own time.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    public int? RetryLimit { get; init; }

    public TimeSpan? RetryDelay { get; init; }

    public string? LastError { get; set; }

    /// <summary>The runner's: the event, while it is worth holding.</summary>
    public Event? Event { get; set; }

    /// <summary>The runner's: stops the attempt under way.</summary>
    public CancellationTokenSource? Cancellation { get; set; }

    public (long Sequence, int Generation) Id => (Sequence, Generation);

    /// <summary>The dispatch an exception in the store stands for.</summary>
    public static Dispatch Of(ExceptionRecord exception, long dueAt, bool isAtMostOnce) => new()
    {
        Sequence = exception.Key.Sequence,
        Generation = exception.Key.Generation,
        Lane = exception.Lane,
        IsAtMostOnce = isAtMostOnce,
        Attempts = exception.Attempts,
        DueAt = dueAt,
        IsPersisted = true,
        CreatedAt = exception.CreatedAt,
        RetryLimit = exception.RetryLimit,
        RetryDelay = exception.RetryDelay,
        LastError = exception.LastError,
    };
}
