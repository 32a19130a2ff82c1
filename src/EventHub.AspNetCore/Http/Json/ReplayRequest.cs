namespace EventHub.AspNetCore.Http.Json;

/// <summary>What <c>POST /subscriptions/{id}/replay</c> asks for: one beginning, and perhaps an end.</summary>
/// <param name="Since">From the first event created at or after.</param>
/// <param name="FromSequence">From this sequence.</param>
/// <param name="Until">To the last event created before.</param>
/// <param name="UntilSequence">To this sequence, inclusive.</param>
internal readonly record struct ReplayRequest(DateTimeOffset? Since, long? FromSequence, DateTimeOffset? Until, long? UntilSequence);
