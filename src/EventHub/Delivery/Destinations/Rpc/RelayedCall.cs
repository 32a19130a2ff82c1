using EventHub.Storage.Relay;

namespace EventHub.Delivery.Destinations.Rpc;

/// <summary>A call made of another hub, until it is answered.</summary>
internal sealed class RelayedCall(RelayCall call, long madeAt)
{
    /// <summary>As it was made.</summary>
    public RelayCall Call { get; } = call;

    /// <summary>When it was made.</summary>
    public long MadeAt { get; } = madeAt;

    /// <summary>What became of it; <c>null</c>: nobody took it, and nobody will.</summary>
    public TaskCompletionSource<RelayAnswer?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>It may be in the store, and so may have been taken.</summary>
    public bool IsSent { get; set; }

    /// <summary>It was to be withdrawn and was no longer there: a client may be handling it.</summary>
    public bool IsTaken { get; set; }
}
