namespace EventHub.Storage;

/// <summary>The log as a whole.</summary>
/// <param name="Epoch">Identity of the log; another one when the log was lost or restored. Eight lowercase hex digits.</param>
/// <param name="Head">Sequence of the newest event; 0 when there never was one.</param>
/// <param name="Trimmed">Everything up to this sequence was removed by retention; 0 when nothing was.</param>
public sealed record LogState(string Epoch, long Head, long Trimmed);
