namespace EventHub.Log;

/// <summary>Why a stream does not go on where it was asked to.</summary>
public enum StreamReset
{
    /// <summary>Retention has removed what comes next. It goes on with the oldest event there is.</summary>
    Trimmed,

    /// <summary>The resume point cannot be read. It goes on with the next event.</summary>
    Invalid,

    /// <summary>The log has not come that far. It goes on with the next event.</summary>
    Future,

    /// <summary>The resume point is of another log: this one was lost or restored since. It goes on with the next event.</summary>
    Epoch,
}
