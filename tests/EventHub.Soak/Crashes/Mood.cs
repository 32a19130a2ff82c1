namespace EventHub.Soak.Crashes;

/// <summary>How the receiver is for a second or two.</summary>
internal enum Mood
{
    Calm,
    Failing,
    Slow,
    Hanging,
    Resetting,

    /// <summary>For good: the end of the soak.</summary>
    Healed,
}
