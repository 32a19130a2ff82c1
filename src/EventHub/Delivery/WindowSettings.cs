using EventHub.Routing;

namespace EventHub.Delivery;

/// <summary>What bounds a window.</summary>
internal sealed record WindowSettings
{
    /// <summary>Attempts in flight, at most.</summary>
    public required int Concurrency { get; init; }

    /// <summary>Dispatches known beyond the persisted ones, at most; there reading stops.</summary>
    public required int Capacity { get; init; }

    /// <summary>Persisted exceptions, at most; there reading stops.</summary>
    public required int MaxExceptions { get; init; }

    /// <summary>Nothing starts and nothing is read.</summary>
    public required bool IsPaused { get; init; }

    /// <summary>Nothing starts, and reading goes on as far as there is room: what was published since is skipped, what is owed from before waits.</summary>
    public bool IsInactive { get; init; }

    /// <summary>Nothing starts.</summary>
    public bool IsHeld => IsPaused || IsInactive;

    public required RateLimit? RateLimit { get; init; }

    /// <summary>
    /// A lane whose head is in flight for longer (milliseconds) is slow: when room is short its followers are parked, so that other lanes go on.
    /// </summary>
    public long SlowLaneAfter { get; init; } = 250;
}
