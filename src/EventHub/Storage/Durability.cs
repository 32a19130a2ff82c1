namespace EventHub.Storage;

/// <summary>What an event has survived when the publisher is told it was accepted; shown in <c>/health</c>.</summary>
public enum Durability
{
    /// <summary>Lost with the process.</summary>
    None,

    /// <summary>Survives the process, may be lost with the machine.</summary>
    OsBuffered,

    /// <summary>On disk: survives loss of power.</summary>
    Fsync,

    /// <summary>On disk on more than one machine.</summary>
    Replicated,
}
