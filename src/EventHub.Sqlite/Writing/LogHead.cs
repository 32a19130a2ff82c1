namespace EventHub.Sqlite.Writing;

/// <summary>The committed ends of the log.</summary>
/// <param name="Head">Sequence of the newest event.</param>
/// <param name="Trimmed">Everything up to this sequence was removed.</param>
internal sealed record LogHead(long Head, long Trimmed);
