namespace EventHub.Storage;

/// <summary>Why a dispatch is held apart from the cursor. The numbers are stored.</summary>
public enum ExceptionState
{
    /// <summary>Its last attempt failed; the next is due at <see cref="ExceptionRecord.DueAt"/>.</summary>
    Retrying = 0,

    /// <summary>Waits for an older dispatch of its lane.</summary>
    Parked = 1,

    /// <summary>At most once, and its only attempt may have been made. Found at start: lost.</summary>
    Started = 2,

    /// <summary>Asked for again by hand and not yet taken up.</summary>
    Requeued = 3,
}
