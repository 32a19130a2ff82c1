namespace EventHub.Events;

/// <summary>Where an event stands, derived from its dispatches.</summary>
public enum EventStatus
{
    /// <summary>No dispatch has been attempted yet.</summary>
    Pending,

    /// <summary>Some dispatch has been attempted and some are ongoing.</summary>
    Processing,

    /// <summary>All dispatches ended well, or the event matched no subscription.</summary>
    Completed,

    /// <summary>A dispatch ended failed, misconfigured or lost.</summary>
    Failed,
}
