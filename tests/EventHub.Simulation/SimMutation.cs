namespace EventHub.Simulation;

/// <summary>Deliberate bugs, made where the engine meets its store: the simulation has to catch each of them.</summary>
public enum SimMutation
{
    /// <summary>None: the engine as it is.</summary>
    None,

    /// <summary>Every floor is committed one too far.</summary>
    FloorMovedEarly,

    /// <summary>A settlement is reported committed, and committed a while later.</summary>
    ResultBeforeCommit,

    /// <summary>Results are lost, floors move.</summary>
    ResultDropped,

    /// <summary>Exceptions are not kept.</summary>
    ExceptionDropped,

    /// <summary>A settlement keeps two exceptions and drops the others.</summary>
    ExceptionDroppedAtTheCap,

    /// <summary>A worker that lost its lease still commits.</summary>
    TokenNotChecked,

    /// <summary>Idempotency keys are not kept.</summary>
    IdempotencyLost,

    /// <summary>A publisher is answered, and nothing was stored.</summary>
    AnsweredBeforeStored,

    /// <summary>Subscription changes are told after the events that follow them.</summary>
    ChangeToldLate,

    /// <summary>At a restart, results above the floor are not found.</summary>
    EndedForgotten,

    /// <summary>At a restart, exceptions are not found.</summary>
    ExceptionsForgotten,

    /// <summary>That an at-most-once attempt was started is not kept.</summary>
    StartForgotten,

    /// <summary>At a restart, exceptions have lost their lane.</summary>
    LaneForgotten,

    /// <summary>A read passes over an event.</summary>
    EventSkipped,

    /// <summary>Partitions are laid out anew while workers still deliver by the layout before.</summary>
    LaidOutEarly,

    /// <summary>After their number has changed, partitions begin at the greatest floor there was in place of the least.</summary>
    LaidOutAtTheGreatestFloor,
}
