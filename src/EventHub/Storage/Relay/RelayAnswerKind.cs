namespace EventHub.Storage.Relay;

/// <summary>What became of a <see cref="RelayCall"/>. The numbers are stored.</summary>
public enum RelayAnswerKind
{
    /// <summary>The client answered.</summary>
    Answered = 0,

    /// <summary>The client answered with an error.</summary>
    Failed = 1,

    /// <summary>The client was lost before it answered; it may have handled the event.</summary>
    Lost = 2,

    /// <summary>No client got the event.</summary>
    NotHanded = 3,
}
