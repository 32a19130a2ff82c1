namespace EventHub.Soak.Crashes;

/// <summary>How a request at the receiver ended.</summary>
internal enum Ending
{
    InHand,
    Succeeded,
    Ignored,
    Failed,
    Rejected,

    /// <summary>The receiver cut the connection.</summary>
    Reset,

    /// <summary>The hub cut the connection: it gave up waiting, or was killed.</summary>
    HungUp,
}
