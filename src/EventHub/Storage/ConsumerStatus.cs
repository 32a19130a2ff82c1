namespace EventHub.Storage;

/// <summary>Whether a consumer did what was asked.</summary>
public enum ConsumerStatus
{
    /// <summary>It did.</summary>
    Done,

    /// <summary>Another client has the lease.</summary>
    Held,

    /// <summary>The cursor is beyond that, or is not where it was expected.</summary>
    Moved,
}
