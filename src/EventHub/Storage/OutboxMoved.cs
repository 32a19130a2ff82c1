using EventHub.Events;

namespace EventHub.Storage;

/// <summary>What was taken from the outbox.</summary>
/// <param name="Appended">In the log now.</param>
/// <param name="Duplicates">Dropped: their key stood for the same content.</param>
/// <param name="Conflicts">Refused and kept aside for people to look at: their key stood for other content.</param>
public sealed record OutboxMoved(IReadOnlyList<Event> Appended, int Duplicates, IReadOnlyList<Event> Conflicts)
{
    /// <summary>Nothing was there.</summary>
    public static OutboxMoved Nothing { get; } = new([], 0, []);

    /// <summary>How many were taken.</summary>
    public int Taken => Appended.Count + Duplicates + Conflicts.Count;
}
