namespace EventHub.Client.Streaming;

/// <summary>A complete block of a stream of server-sent events.</summary>
/// <param name="Id">The resume point; <c>null</c> when the block has none.</param>
/// <param name="Data">The message; empty when the block has none.</param>
/// <param name="Retry">How long to wait before reconnecting, if it says so.</param>
internal readonly record struct SseBlock(string? Id, ReadOnlyMemory<byte> Data, TimeSpan? Retry);
