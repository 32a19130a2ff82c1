namespace EventHub.Storage;

/// <summary>What the worker of one partition of a subscription commits together: results, attempts, exceptions and floors.</summary>
public sealed class Settlement
{
    /// <summary>The subscription all of it belongs to.</summary>
    public required int SubscriptionKey { get; init; }

    /// <summary>The partition whose worker commits it.</summary>
    public int Partition { get; init; }

    /// <summary>The fencing token of the worker's lease, checked in the same transaction.</summary>
    public required long LeaseToken { get; init; }

    /// <summary>Dispatches that ended.</summary>
    public IReadOnlyList<DispatchResult> Results { get; init; } = [];

    /// <summary>Attempts to write down.</summary>
    public IReadOnlyList<AttemptRecord> Attempts { get; init; } = [];

    /// <summary>Exceptions that are new or changed. Replaces the one with the same key.</summary>
    public IReadOnlyList<ExceptionRecord> Exceptions { get; init; } = [];

    /// <summary>New floors of the partition's tracks.</summary>
    public IReadOnlyList<TrackFloor> Floors { get; init; } = [];
}
