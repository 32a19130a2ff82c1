namespace EventHub.Storage;

/// <summary>Where a dispatch stands. All but <see cref="Ongoing"/> are results: final. The numbers are stored.</summary>
public enum DispatchStatus
{
    /// <summary>Not ended: waiting, in flight, retrying, parked or delayed.</summary>
    Ongoing = 0,

    /// <summary>Delivered.</summary>
    Complete = 1,

    /// <summary>Delivered, and the destination said it had no use for it; or its subscription was deleted first.</summary>
    Ignored = 2,

    /// <summary>Given up: refused for good, or out of retries.</summary>
    Failed = 3,

    /// <summary>The destination cannot exist as configured.</summary>
    Misconfigured = 4,

    /// <summary>An at-most-once dispatch that was started and not known to have ended, or one removed by hard retention.</summary>
    Lost = 5,
}
