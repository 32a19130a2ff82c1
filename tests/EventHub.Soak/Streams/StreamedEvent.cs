namespace EventHub.Soak.Streams;

/// <summary>An event of the log, as far as readers choose by it.</summary>
internal sealed record StreamedEvent(long Sequence, string Type, string Source);
