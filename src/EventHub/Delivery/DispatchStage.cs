namespace EventHub.Delivery;

/// <summary>Where a dispatch stands in the window.</summary>
internal enum DispatchStage
{
    /// <summary>Restored from the store, not yet met again by its track's reading.</summary>
    Unread,

    /// <summary>Waits: for its time, its lane, or a free slot.</summary>
    Waiting,

    /// <summary>At most once: the commit that says "started" is under way.</summary>
    Claiming,

    /// <summary>At most once: "started" is committed; the attempt may begin.</summary>
    Claimed,

    /// <summary>An attempt is under way.</summary>
    InFlight,

    /// <summary>It has a result, which is not committed yet.</summary>
    Ending,
}
