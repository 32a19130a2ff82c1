namespace EventHub.Client.Publishing;

/// <summary>Where an event of a batch is.</summary>
/// <param name="EventId">Its id.</param>
/// <param name="Sequence">Its place in the log.</param>
/// <param name="Duplicate">Its key had been used before.</param>
internal sealed record BatchPlace(Guid EventId, long Sequence, bool Duplicate);
