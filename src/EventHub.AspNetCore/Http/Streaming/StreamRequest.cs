using EventHub.Log;

namespace EventHub.AspNetCore.Http.Streaming;

/// <summary>What a stream was asked for.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Filter">Which events.</param>
internal sealed record StreamRequest(StreamStart Start, EventFilter Filter);
