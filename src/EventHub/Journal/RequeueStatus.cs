namespace EventHub.Journal;

/// <summary>What became of asking for a dispatch again.</summary>
public enum RequeueStatus
{
    /// <summary>A new dispatch was made.</summary>
    Requeued,

    /// <summary>There is no such dispatch (or dead letter).</summary>
    NotFound,

    /// <summary>It has not ended yet.</summary>
    Ongoing,

    /// <summary>Its subscription was deleted: there is nowhere to deliver to.</summary>
    SubscriptionDeleted,
}
