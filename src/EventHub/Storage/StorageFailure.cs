namespace EventHub.Storage;

/// <summary>Why the store refused.</summary>
public enum StorageFailure
{
    /// <summary>The write queue is full; nothing was queued.</summary>
    Busy,

    /// <summary>The store cannot be reached at the moment.</summary>
    Unavailable,

    /// <summary>The store is closing or closed.</summary>
    Closed,

    /// <summary>No space left; goes on by itself when there is space again.</summary>
    DiskFull,

    /// <summary>The files or the directory cannot be written.</summary>
    ReadOnly,

    /// <summary>Another process has the data directory open.</summary>
    InUse,

    /// <summary>The schema was written by a newer version of EventHub.</summary>
    NewerSchema,

    /// <summary>The stored data does not hold together; stop and restore.</summary>
    Corrupt,

    /// <summary>
    /// A commit failed, and whether it is stored is unknown. A store that keeps its files itself refuses every write until it is opened again; one that is a
    /// server goes on with other writes once it can be reached.
    /// </summary>
    CommitFailed,

    /// <summary>The request breaks a rule of the store, such as a second result for one dispatch. A bug in the caller.</summary>
    Refused,
}
